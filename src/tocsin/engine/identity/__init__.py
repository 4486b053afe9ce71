"""The same firm on several platforms: records matched with the register, with every weight shown."""

from tocsin.engine.identity.comparing import FIELDS, Entry, Weight
from tocsin.engine.identity.figures import IdentityFigures, Level, Words
from tocsin.engine.identity.matching import Candidate, Match, Register, Standing

__all__ = ["FIELDS", "Candidate", "Entry", "IdentityFigures", "Level", "Match", "Register", "Standing", "Weight", "Words"]
