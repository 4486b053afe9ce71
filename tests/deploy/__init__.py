"""Behind a proxy, and back from a backup."""
