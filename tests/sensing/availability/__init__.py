"""Online rates."""
