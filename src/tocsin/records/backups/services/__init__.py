"""Acts upon the plan of backups, and what runs write of themselves."""
