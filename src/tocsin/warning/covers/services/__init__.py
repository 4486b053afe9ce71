"""What is written about planned works and silences."""
