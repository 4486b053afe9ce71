"""Whether people are on post: planned shifts, signs and certificates in, verdicts with reasons out."""

from tocsin.engine.duty.figures import DutyFigures
from tocsin.engine.duty.fitness import Fitness, fitness_on
from tocsin.engine.duty.judge import judge_firm
from tocsin.engine.duty.shift import Certificate, DutyState, PlannedShift, Sign, Signs, Verdict

__all__ = [
    "Certificate",
    "DutyFigures",
    "DutyState",
    "Fitness",
    "PlannedShift",
    "Sign",
    "Signs",
    "Verdict",
    "fitness_on",
    "judge_firm",
]
