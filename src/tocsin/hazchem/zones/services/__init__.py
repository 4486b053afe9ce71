"""What is written of zones and breaches."""
