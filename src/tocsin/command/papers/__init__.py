"""Papers about cases: each is a builder of plain values and a template of the same name beside it."""

from tocsin.command.papers.cases import case_report
from tocsin.command.papers.orders import disposal_notice, supervision_order

__all__ = ["case_report", "disposal_notice", "supervision_order"]
