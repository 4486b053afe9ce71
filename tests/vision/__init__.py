"""Recognisers behind cameras."""
