"""How desks, posts and people are reached."""
