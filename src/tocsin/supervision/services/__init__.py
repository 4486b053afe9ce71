"""What changes things in supervision, by subject."""
