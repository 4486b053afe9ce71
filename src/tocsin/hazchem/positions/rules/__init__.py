"""What a tag, a plan and a position must be. Values in, verdicts out."""
