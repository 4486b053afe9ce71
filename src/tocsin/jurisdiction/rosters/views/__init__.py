"""Pages of rosters and of one's own duty."""
