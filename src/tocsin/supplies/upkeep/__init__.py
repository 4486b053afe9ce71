"""Upkeep: gear that is run or inspected every so often, and leaves what can be promised where that is not done."""
