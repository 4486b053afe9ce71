"""A case and warnings: what the public is told because of it, what other services warn of at its place, what a draft takes."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from ninja import Field, Schema

from tocsin.command.casebook.queries.cases import family_of, visible_cases
from tocsin.command.casebook.services.log import MACHINE
from tocsin.command.casebook.shown.cases import CaseOut, describe_case
from tocsin.command.casebook.shown.time_line import ChangeOut
from tocsin.jurisdiction.face import may
from tocsin.mobilisation.face import (
    IncomingWarningOut,
    SourceWarningOut,
    describe_incoming,
    describe_warnings_of_source,
    incoming_touching,
    lines_of_warnings,
    warnings_from,
)
from tocsin.mobilisation.public_warnings.rules.sources import WarningSource
from tocsin.mobilisation.public_warnings.rules.states import DRAFT
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case
    from tocsin.jurisdiction.face import Person

_LEVELS = ("red", "orange", "yellow", "blue")


class CaseWarningsOut(Schema):
    """Warnings of a case, as far as the reader sees warnings of its region."""

    public: list[SourceWarningOut] = Field(description="drafted from it, with what follows them, the oldest first")
    incoming: list[IncomingWarningOut] = Field(description="of other services, at its place while it was open; in force first")


def from_case(user: Any, case_id: UUID) -> WarningSource | None:
    """The case; None where the user may not see it. What is drafted from a drill is an exercise."""
    case = visible_cases(user).filter(pk=case_id).first()
    if case is None:
        return None
    told = describe_case(case)
    level = told.last_class if told.last_class in _LEVELS else ""
    return WarningSource(case.number, case.region_code, level, told.lon, told.lat, drill=case.drill_id is not None)


def warnings_of_case(user: "Person", case: "Case", told: CaseOut) -> CaseWarningsOut:
    """The public ones, also those of cases that went into it, and those that other services have for its place."""
    touching = incoming_touching(
        user,
        region_code=case.region_code,
        lat=told.lat,
        lon=told.lon,
        since=told.begun_at,
        until=told.closed_at or current_time(),
    )
    return CaseWarningsOut(
        public=describe_warnings_of_source(warnings_from(user, "case", family_of(case))),
        incoming=describe_incoming(touching),
    )


def warning_lines(user: "Person", case: "Case") -> list[ChangeOut]:
    """What happened to its public warnings, as lines of its time line; the oldest first."""
    return [
        ChangeOut(
            id=line.id,
            at=line.at,
            act=line.act,
            actor=line.actor,
            channel="console" if line.actor else MACHINE,
            channel_name="",
            alarm_id=None,
            other_case=None,
            text="",
            sentence=line.sentence,
            undone=False,
            can_undo=False,
        )
        for line in lines_of_warnings(warnings_from(user, "case", family_of(case)))
    ]


def warnings_context(user: "Person", case: "Case", told: CaseOut) -> dict[str, object]:
    """The part of a case's page that tells of warnings: `_warnings.html`."""
    return {"warnings": warnings_of_case(user, case, told), "may_draft_warning": may(user, DRAFT, case.region_code)}
