"""Purposes of notices about musters."""
