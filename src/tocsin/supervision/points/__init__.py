"""The points and the colour of every object: each night, drafts, appeals and consequences."""
