"""Stock for programs."""
