"""How good alarms were for those who answer them, and the weekly list of noisy rules."""
