"""Vehicles that are expected at a firm's loading points, and number plates that were read there."""
