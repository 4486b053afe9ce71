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
from tocsin.command.models.duty import Handover, LogEntry, Shift
from tocsin.command.models.notices import Notice, Sending
from tocsin.command.models.orders import Order, OrderEntry
from tocsin.command.models.reports import Report

__all__ = [
    "Apart",
    "Case",
    "CaseBook",
    "CaseChange",
    "Clock",
    "Declaration",
    "Drill",
    "Handover",
    "LogEntry",
    "LogPosition",
    "Membership",
    "Notice",
    "Order",
    "OrderEntry",
    "Outcome",
    "Proposal",
    "Report",
    "Sending",
    "Shift",
]
