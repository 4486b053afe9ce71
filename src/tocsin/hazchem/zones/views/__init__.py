"""Pages of zones and breaches."""
