"""What may be told of small numbers, and of which periods. Values in, verdicts out."""
