"""What is written about the quality of alarms."""
