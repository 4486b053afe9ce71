"""Rationalisation (IEC 62682, 6): of alarms of a plant's points the cause, the consequence, what to do, and within which time."""
