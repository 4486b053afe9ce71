"""Orders that await a vehicle, and a plate that was read beside them."""
