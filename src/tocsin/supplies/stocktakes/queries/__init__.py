"""Reads of stock-takes."""
