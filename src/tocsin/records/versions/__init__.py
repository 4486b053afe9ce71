"""Versions of policy: what an installation puts in the place of a shipped file, for whom, from when, and by whose hand."""
