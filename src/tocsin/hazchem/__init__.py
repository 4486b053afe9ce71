"""Hazardous chemicals: what a plant is made of and holds, how dangerous that is, and what is done about it."""
