"""Drills: scripts, their run, their evaluation."""
