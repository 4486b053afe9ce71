"""A duty desk and its open cases as people and programs read them."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.casebook.shown.clocks import describe_clock
from tocsin.command.duty.queries import CaseWithClock
from tocsin.screens.shapes import OnPages

OF_CASE = (
    *("id", "number", "title", "place", "state", "state_name", "level", "level_name", "region_code", "drill"),
    *("suspended_until", "suspended_reason", "opened_at"),
)


class NextClockOut(Schema):
    step: str
    step_name: str
    due_at: datetime
    standing: str
    standing_name: str
    seconds_left: int = Field(description="negative: overdue")


class OpenCaseOut(Schema):
    id: UUID
    number: str
    title: str
    place: str
    state: str
    state_name: str
    level: int
    level_name: str
    region_code: str
    drill: str | None
    is_suspended: bool
    suspended_until: datetime | None
    suspended_reason: str
    next_clock: NextClockOut | None
    opened_at: OnPages[datetime]

    @property
    def level_class(self) -> str:
        """The level's class of style."""
        return AlarmLevel(self.level).name.lower()


def describe_open_case(row: CaseWithClock, now: datetime) -> OpenCaseOut:
    """One line of the desk's list of open cases."""
    until = row.case.suspended_until
    asleep = until is not None and until > now
    case = describe_case(row.case)
    return OpenCaseOut(
        **{name: getattr(case, name) for name in OF_CASE},
        is_suspended=asleep,
        next_clock=NextClockOut.from_orm(describe_clock(row.clock, now)) if row.clock and not asleep else None,
    )
