"""Folders and files of cases, firms, series and readings, read and written."""
