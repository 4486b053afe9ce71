"""Resources for programs."""
