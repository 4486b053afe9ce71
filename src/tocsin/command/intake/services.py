"""A call becomes a case, or one more voice of a case that is open already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.command.calls import services as calls
from tocsin.command.calls.services import Call
from tocsin.command.casebook.models import Case
from tocsin.command.handling.services.handling import Caller, open_case_by_hand
from tocsin.command.intake.policy import intake
from tocsin.command.intake.rules import Answer, propose
from tocsin.command.shifts.services import note_call
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a caller says. `level` None: as the answers say; `title` empty: the kind's name; `occurred_at` None: just now."""

    kind: str
    place: str
    title: str = ""
    text: str = ""
    level: AlarmLevel | None = None
    place_kind: str = ""
    lon: float | None = None
    lat: float | None = None
    occurred_at: datetime | None = None
    caller: str = ""
    telephone: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)


@transaction.atomic
def take_in(*, actor: "User", region_code: str, report: Report, channel: str = "console") -> Case:
    """A new case of what was said; the call stands in the log of the shift that the actor keeps.

    Its clocks count from the call, not from when the event is said to have happened: nobody is late for what nobody knew.
    """
    kinds = intake(region_code).kinds
    if report.kind not in kinds:
        raise InvalidInput(_("Use one of these kinds: %(kinds)s.") % {"kinds": ", ".join(kinds)})
    kind = kinds[report.kind]
    asked = {question.key: report.answers[question.key] for question in kind.questions if question.key in report.answers}
    proposal = propose(kind, asked)
    case = open_case_by_hand(
        actor=actor,
        region_code=region_code,
        title=report.title.strip(),
        matter=None if report.title.strip() else {"by": "call", "zh": kind.words.told("zh"), "en": kind.words.told("en")},
        place=report.place,
        level=report.level or proposal.level,
        kind=proposal.kind,
        place_kind=report.place_kind or proposal.place_kind,
        lon=report.lon,
        lat=report.lat,
        text=report.text,
        caller=Caller(report.caller, report.telephone, report.occurred_at),
        asked={key: answer.value for key, answer in asked.items()},
        channel=channel,
    )
    said = {"said_by": report.caller.strip()[:120], "telephone": report.telephone.strip()[:40]}
    note_call(actor=actor, case=case, text=f"{case.title} {case.place}", at=current_time(), figures=said)
    return case


def join_call(*, actor: "User", case_id: UUID, report: Report) -> Case:
    """The call is about a case that is open already: it goes into its time line and into the shift's log."""
    text = " ".join(filter(None, (report.title.strip(), report.text.strip()))) or report.place.strip()
    caller = report.caller.strip() or _("a caller without a name")
    return calls.enter_statement(actor=actor, case_id=case_id, call=Call(caller, report.telephone), text=text)
