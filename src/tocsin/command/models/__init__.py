"""Everything that command keeps, by subject."""

from tocsin.command.models.cases import (
    Apart,
    Case,
    CaseBook,
    CaseChange,
    Declaration,
    LogPosition,
    Membership,
    Outcome,
    Proposal,
)
from tocsin.command.models.clocks import Clock
from tocsin.command.models.drills import Drill
from tocsin.command.models.notices import Notice, Sending
from tocsin.command.models.orders import Order, OrderEntry

__all__ = [
    "Apart",
    "Case",
    "CaseBook",
    "CaseChange",
    "Clock",
    "Declaration",
    "Drill",
    "LogPosition",
    "Membership",
    "Notice",
    "Order",
    "OrderEntry",
    "Outcome",
    "Proposal",
    "Sending",
]
