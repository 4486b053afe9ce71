"""Figures for the public about reports and rewards, in which nobody can be found again."""
