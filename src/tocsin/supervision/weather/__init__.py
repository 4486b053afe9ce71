"""The weather of hours, which loads are compared with: from a feed or pushed, by region."""
