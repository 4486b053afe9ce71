"""Whether cameras still show what they are there for, judged from their frames, and who is told when they don't."""
