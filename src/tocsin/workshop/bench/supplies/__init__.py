"""The stock of a province: filled, asked, reserved from, and taken by many hands at once."""
