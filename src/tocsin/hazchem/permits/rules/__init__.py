"""What the standard asks of a permit. Values in, verdicts out."""
