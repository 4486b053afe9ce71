"""Requisitions as people and programs read them."""
