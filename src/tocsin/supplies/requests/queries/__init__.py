"""Reads of requests and deliveries."""
