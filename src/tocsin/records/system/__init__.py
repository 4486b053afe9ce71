"""How the installation runs: its loops, for system administrators."""
