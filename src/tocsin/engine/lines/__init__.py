"""Lines of JSON with readings, read by compiled loops: the usual form, as a reader of JSON would; the rest is left to one."""
