"""Whether people are on post: planned shifts, signs and certificates in, verdicts with reasons out."""

from tocsin.engine.duty.shift import Certificate, DutyState, PlannedShift, Sign, Signs, Verdict

__all__ = ["Certificate", "DutyState", "PlannedShift", "Sign", "Signs", "Verdict"]
