"""Papers: values laid out by a template, printed as PDF."""
