"""Uploads checked, scanned and kept."""
