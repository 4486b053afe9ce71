"""The console: map, drawer and live stream of what is open."""
