"""Administrative areas, their codes, and the hours and days that offices keep."""
