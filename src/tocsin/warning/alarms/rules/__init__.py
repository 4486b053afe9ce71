"""States of an alarm, levels, clocks, and what explains a silence."""
