"""Musters of plants: who is out, who is at which muster point, who is missing."""
