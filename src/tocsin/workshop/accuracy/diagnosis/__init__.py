"""Scores of diagnoses on cases whose truth is known, the tables of docs/accuracy.md, and the fit of weights."""
