"""Papers about cases: each is a builder of plain values and a template of the same name beside it."""

from tocsin.command.papers.cases import case_report
from tocsin.command.papers.duty import daily_brief, handover_sheet
from tocsin.command.papers.orders import disposal_notice, supervision_order
from tocsin.command.papers.reports import report

__all__ = ["case_report", "daily_brief", "disposal_notice", "handover_sheet", "report", "supervision_order"]
