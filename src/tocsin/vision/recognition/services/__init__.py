"""Fetching frames, running models, and what is written about sources of frames."""
