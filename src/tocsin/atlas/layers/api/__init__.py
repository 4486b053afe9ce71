"""The map for programs: its layers, selections, saved views."""
