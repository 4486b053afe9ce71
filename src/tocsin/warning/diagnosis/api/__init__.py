"""Diagnoses, answers, findings and replays for programs."""
