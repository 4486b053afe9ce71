"""Reads of the register of exposed bodies."""
