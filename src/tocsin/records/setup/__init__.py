"""Setting up an area step by step, and what is missing or odd at any time: for system administrators."""
