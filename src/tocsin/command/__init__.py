"""What happens after the bell: alarms that one diagnosis explains become one case with its number."""
