"""Tocsin (警钟): city safety, from a sensor's reading to an alarm with its cause named."""
