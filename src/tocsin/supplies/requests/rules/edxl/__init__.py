"""EDXL-RM 1.0 (OASIS, 2008): messages about resources as other platforms write and read them. Pure."""
