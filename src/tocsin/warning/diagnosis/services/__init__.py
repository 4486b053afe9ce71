"""Diagnoses made and kept; answers, findings, priors and replays written."""
