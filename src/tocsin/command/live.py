"""Of which events the live stream tells open pages, without more than that they happened."""

from tocsin.command.casebook import events
from tocsin.command.escalation import events as escalation_events
from tocsin.command.handling import events as handling_events
from tocsin.command.orders import events as orders_events
from tocsin.command.plans import events as plans_events
from tocsin.command.reports import events as reports_events
from tocsin.notices.messages import events as messages_events

OF_NOTICES = (messages_events.NoticesWritten, messages_events.NobodyTold, messages_events.NoticeSigned)
"""Told as `news`, to whoever sees alarms of the region."""

OF_CASES = (
    events.CaseOpened,
    events.AlarmJoinedCase,
    events.CasesMerged,
    events.CaseSplit,
    events.CaseChangeUndone,
    events.CaseChanged,
    events.CaseProposed,
    events.CaseNoted,
    handling_events.CaseClosed,
    handling_events.CaseReopened,
    handling_events.WarningRaised,
    handling_events.IncidentDeclared,
    escalation_events.ClockFired,
    orders_events.OrderSent,
    orders_events.OrderEntered,
    plans_events.PlanStarted,
    plans_events.PlanTaskEnded,
    reports_events.ReportAsked,
    reports_events.ReportSigned,
    reports_events.ReportSent,
    *OF_NOTICES,
)
"""Told as `case` with the ids of the cases that they name, to whoever sees cases of the region."""
