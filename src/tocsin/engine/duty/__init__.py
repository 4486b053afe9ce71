"""Whether people are on post: planned shifts, signs and certificates in, verdicts with reasons out."""

from tocsin.engine.duty.figures import DutyFigures
from tocsin.engine.duty.fitness import Fitness, fitness_on
from tocsin.engine.duty.holes import Hole, RequiredPost, Why, holes
from tocsin.engine.duty.judge import judge_firm
from tocsin.engine.duty.required import Calendar, PostRule, Unit, When, required_posts
from tocsin.engine.duty.roll_call import CallFigures, CallState, CallStep, RollCall, next_due, state_of, step_at
from tocsin.engine.duty.shift import Certificate, DutyState, PlannedShift, Sign, Signs, Verdict

__all__ = [
    "Calendar",
    "CallFigures",
    "CallState",
    "CallStep",
    "Certificate",
    "DutyFigures",
    "DutyState",
    "Fitness",
    "Hole",
    "PlannedShift",
    "PostRule",
    "RequiredPost",
    "RollCall",
    "Sign",
    "Signs",
    "Unit",
    "Verdict",
    "When",
    "Why",
    "fitness_on",
    "holes",
    "judge_firm",
    "next_due",
    "required_posts",
    "state_of",
    "step_at",
]
