"""Requests and deliveries for programs."""
