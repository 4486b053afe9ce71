"""The detector's loop and process."""
