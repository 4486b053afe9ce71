"""Risk warnings in words: for pages, programs, notices, and what waits."""
