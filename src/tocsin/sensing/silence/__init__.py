"""Devices that are asked and do not answer: whoever keeps them is told, once a silence."""
