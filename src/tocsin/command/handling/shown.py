"""How a case is handled, in words: the chain of its steps and the acts of persons."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.command.casebook.models import Case
from tocsin.command.casebook.rules.cases import OutcomeKind
from tocsin.command.casebook.shown.outcomes import OUTCOME_NAMES
from tocsin.command.handling.queries import Link
from tocsin.command.orders.services.sending import due_orders
from tocsin.command.orders.shown import ROLE_NAMES
from tocsin.command.routing.rules import Purpose
from tocsin.command.routing.services.cases import who_would_hear
from tocsin.command.routing.shown.cases import case_texts
from tocsin.notices.face import Contribution, Notice, PurposeCard
from tocsin.screens.shapes import OnPages
from tocsin.screens.timeline import time_lines
from tocsin.screens.words import in_language, listed

_KEY = re.compile(r"[a-z]+:[0-9a-f-]{36} ?")
"""What another part of the house is known by there: it says nothing to a reader."""


def _line_figures(act: str, figures: Mapping[str, Any]) -> dict[str, str]:
    """From where a case was taken in, and whom a clock called, in the reader's language; one that called nobody says so."""
    if act == "opened_by_hand":
        return {"reference": _KEY.sub("", str(figures.get("reference", "")))}
    if act in ("clock", "clock_held"):
        called = figures.get("called", ())  # a text in lines that were written before both languages were kept
        return {"called": (called if isinstance(called, str) else listed(*map(in_language, called))) or "–"}
    return {}


LINES = time_lines(
    {
        "reopened_by_hand": gettext_lazy("Opened again by a person"),
        "opened_by_hand": gettext_lazy("Case taken in %(reference)s"),
        "taken": gettext_lazy("Confirmed by the duty officer"),
        "level_set": gettext_lazy("Level changed from %(from)s to %(to)s"),
        "suspended": gettext_lazy("Suspended until %(until)s"),
        "resumed": gettext_lazy("Suspension ended"),
        "declared": gettext_lazy("Declared: %(declaration)s, %(level)s"),
        "handed_upward": gettext_lazy("Handed to the level above: %(body)s"),
        "declaration_ended": gettext_lazy("Ended: %(declaration)s, %(level)s"),
        "outcome_proposed": gettext_lazy("Proposed to close: %(outcome)s; a second person has to agree"),
        "outcome_refused": gettext_lazy("Not agreed to close: %(outcome)s"),
        "ended": gettext_lazy("Closed: %(outcome)s"),
        "attached": gettext_lazy("Attached: %(name)s"),
        "calm": gettext_lazy("Readings keep the closing rule since %(since)s"),
        "calm_over": gettext_lazy("Readings no longer keep the closing rule"),
        "clock": gettext_lazy("%(step)s: %(percent)s %% of the time is over; called: %(called)s"),
        "clock_held": gettext_lazy("%(step)s: %(percent)s %% of the time is over; in hand: %(called)s"),
    },
    _line_figures,
)


class SentUnitOut(Schema):
    unit: str
    role_name: str


class LevelPreviewOut(Schema):
    """What would follow at once if a person set that level; nothing is written."""

    sent: list[SentUnitOut] = Field(description="units that would get an order")
    told: list[str] = Field(description="bodies that would be told")


def describe_preview(case: Case, *, now: datetime) -> LevelPreviewOut:
    """Of a case whose level is the one that is thought of, not saved."""
    return LevelPreviewOut(
        sent=[SentUnitOut(unit=str(one.unit), role_name=str(ROLE_NAMES[one.role])) for one in due_orders([case], at=now)],
        told=[str(one) for one in who_would_hear(case, at=now)],
    )


CHAIN_NAMES = {
    "received": pgettext_lazy("link of the chain", "received"),
    "judged": pgettext_lazy("link of the chain", "judged"),
    "dispatched": pgettext_lazy("link of the chain", "dispatched"),
    "accepted": pgettext_lazy("link of the chain", "signed for"),
    "arrived": pgettext_lazy("link of the chain", "on site"),
    "controlled": pgettext_lazy("link of the chain", "controlled"),
    "mended": pgettext_lazy("link of the chain", "mended, re-check"),
    "closed": pgettext_lazy("link of the chain", "closed"),
}


class LinkOut(Schema):
    name: str
    at: datetime | None
    standing: str = Field(description="done, current, ahead, or skipped")
    key: OnPages[str]


def describe_chain(chain: Iterable[Link]) -> list[LinkOut]:
    """The links with name and time; the last one reached is `current`."""
    links = list(chain)
    last = max((number for number, one in enumerate(links) if one.at is not None), default=-1)
    return [
        LinkOut(key=one.name, name=str(CHAIN_NAMES[one.name]), at=one.at, standing=_link_standing(number, last, one))
        for number, one in enumerate(links)
    ]


def _link_standing(number: int, last: int, link: Link) -> str:
    if number == last:
        return "current"
    if link.at is not None:
        return "done"
    return "skipped" if number < last else "ahead"


def closing_texts(notices: Sequence[Notice]) -> dict[UUID, str]:
    """How a case is to be closed and who says so; to who said so whether a second person agreed."""
    return case_texts(notices, _closing_lines)


def _closing_lines(notice: Notice) -> Iterable[str]:
    figures = notice.figures
    told = {
        "outcome": str(OUTCOME_NAMES[OutcomeKind(figures["outcome"])]),
        "person": figures["by"],
        "text": figures.get("text", ""),
    }
    if "agreed" not in figures:
        return [_("%(person)s proposes to close it: %(outcome)s. A second person agrees or refuses.") % told]
    if figures["agreed"]:
        return [_("%(person)s agreed: it is closed, %(outcome)s.") % told]
    return [_("%(person)s does not agree to close it: %(text)s") % told]


NOTICES = Contribution(
    purposes=(PurposeCard(Purpose.CLOSING, pgettext_lazy("purpose of a notice", "closing: second person"), texts=closing_texts),)
)
