"""What is counted of reports and rewards, and which editions there are."""
