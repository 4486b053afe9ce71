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
from tocsin.command.models.drills import Drill, DrillAct
from tocsin.command.models.duty import Handover, LogEntry, Shift
from tocsin.command.models.notices import Notice, Sending
from tocsin.command.models.orders import Order, OrderEntry
from tocsin.command.models.plans import GuidanceLine, PlanStart, PlanTask, PlanVersion
from tocsin.command.models.quality import NoisyList
from tocsin.command.models.reports import Report, Transmission

__all__ = [
    "Apart",
    "Case",
    "CaseBook",
    "CaseChange",
    "Clock",
    "Declaration",
    "Drill",
    "DrillAct",
    "GuidanceLine",
    "Handover",
    "LogEntry",
    "LogPosition",
    "Membership",
    "NoisyList",
    "Notice",
    "Order",
    "OrderEntry",
    "Outcome",
    "PlanStart",
    "PlanTask",
    "PlanVersion",
    "Proposal",
    "Report",
    "Sending",
    "Shift",
    "Transmission",
]
