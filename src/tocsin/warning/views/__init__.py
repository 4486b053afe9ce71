"""Pages of alarms: the console, its drawer, what persons do there, and the list."""
