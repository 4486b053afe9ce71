"""What is printed of a report: the slip for whoever reported, the record of its check. No paper names who reported."""
