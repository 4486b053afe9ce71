"""Pages of organisations and what is changed there."""
