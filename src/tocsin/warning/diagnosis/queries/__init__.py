"""Kept diagnoses, answers, findings, priors and replays, read."""
