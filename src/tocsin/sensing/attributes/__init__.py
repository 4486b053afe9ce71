"""What devices say of themselves: firmware, battery, signal and the like, with their times; batteries and when they end."""
