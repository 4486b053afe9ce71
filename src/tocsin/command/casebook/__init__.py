"""The case: its row, its alarms, its clocks, its time line, its state, and how a person's act upon it begins."""
