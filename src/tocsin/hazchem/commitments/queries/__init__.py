"""Commitments as readers may see them, and what is seen of a firm."""
