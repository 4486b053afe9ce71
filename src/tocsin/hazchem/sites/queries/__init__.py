"""What a plant says now."""
