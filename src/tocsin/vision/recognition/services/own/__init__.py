"""A city's own models: given, measured on their test sets, used at cameras, run, forgotten."""
