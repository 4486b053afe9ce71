"""How early, how rightly and how often wrongly the watch tells of what becomes an alarm."""
