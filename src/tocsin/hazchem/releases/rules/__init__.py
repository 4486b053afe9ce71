"""What may be estimated of a piece of equipment."""
