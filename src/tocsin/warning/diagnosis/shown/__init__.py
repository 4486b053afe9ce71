"""Diagnoses, checks, answers, findings and replays as people and programs read them."""
