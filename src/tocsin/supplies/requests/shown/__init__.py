"""Requests and deliveries as people and programs read them."""
