"""Data resources that departments share: their register, contracts and deliveries."""
