"""`policy.toml`: the shipped points policy, and versions that a city made. What does not fit together is refused by name."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import msgspec

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.base.policy import PolicyFile, read_policy, reader
from tocsin.base.toml import Document
from tocsin.engine.points.colours import Colour
from tocsin.engine.points.figures import Deduction, Figures, PartFigures
from tocsin.supervision.points.rules import Does

FILE = Path(__file__).with_name("policy.toml")

MOST_DAYS = 3660
COLOURS = tuple(one.name.lower() for one in Colour)


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Start(_Strict, frozen=True):
    """Where a new object begins, and over how many days that fades."""

    points: float
    days: int


class Bands(_Strict, frozen=True):
    """The lowest score of each band."""

    yellow: float
    blue: float
    green: float


class Tasks(_Strict, frozen=True):
    """Share of tasks done."""

    weight: float
    not_asked: float
    late_credit: float


class Hazards(_Strict, frozen=True):
    """Hidden dangers that are overdue."""

    weight: float
    ordinary_overdue: float
    major_overdue: float
    no_check: float
    check_rules: tuple[str, ...]


class HandledHours(_Strict, frozen=True):
    """Hours within which the condition of an alarm has to be gone, by the highest level that the alarm reached."""

    red: float
    orange: float
    yellow: float
    blue: float

    def by_level(self) -> dict[AlarmLevel, float]:
        """The same by level; an alarm without one has the time of the lowest."""
        levels = (AlarmLevel.NONE, AlarmLevel.BLUE, AlarmLevel.YELLOW, AlarmLevel.ORANGE, AlarmLevel.RED)
        return dict(zip(levels, (self.blue, self.blue, self.yellow, self.orange, self.red), strict=True))


class Monitoring(_Strict, frozen=True):
    """Sensors online and alarms handled."""

    weight: float
    not_asked: float
    online_share: float
    online_h: float
    handled_h: HandledHours


class Persons(_Strict, frozen=True):
    """Certificates, leaders on post, training."""

    weight: float
    not_asked: float
    leader_roles: tuple[str, ...]
    training_rules: tuple[str, ...]


class Commitments(_Strict, frozen=True):
    """Daily commitments."""

    weight: float
    not_asked: float
    rules: tuple[str, ...]


class Feedback(_Strict, frozen=True):
    """The day's own points by weight of the task."""

    on_time: float
    late: float
    missed: float


class DeductionRow(_Strict, frozen=True):
    """A kind of fact that takes points for a time."""

    kind: str
    points: float
    decay_days: int
    zh: str
    en: str
    confidence: str
    whole_while_open: bool = False


class RedLine(_Strict, frozen=True):
    """A kind of fact that makes red until it ends."""

    kind: str
    zh: str
    en: str
    until_zh: str
    until_en: str
    confidence: str


class ConsequenceRow(_Strict, frozen=True):
    """What coming to a colour triggers, within which time, and what the system does of it itself (`points.rules.Does`)."""

    kind: str
    colours: tuple[str, ...]
    on: bool
    zh: str
    en: str
    working_days: int | None = None
    days: int | None = None
    hours: int | None = None
    months: int | None = None
    key_units_only: bool = False
    does: Does = Does.PERSON

    def __post_init__(self) -> None:
        given = [one for one in (self.working_days, self.days, self.hours, self.months) if one is not None]
        if len(given) != 1 or not 0 <= given[0] <= MOST_DAYS:
            raise ValueError(f"{self.kind}: give exactly one of working_days, days, hours, months, 0 to {MOST_DAYS}")
        if not set(self.colours) <= set(COLOURS):
            raise ValueError(f"{self.kind}: colours are {', '.join(COLOURS)}")


class KeyChecks(_Strict, frozen=True):
    """Who is on the key check list."""

    on: bool
    high_risk_trades: bool
    trades: tuple[str, ...]
    penalties_in_a_year: int
    proved_reports_in_a_year: int
    accidents_in_a_year: int


class Appeals(_Strict, frozen=True):
    """The clocks of an appeal, and how long points given back of a part last."""

    within_working_days: int
    answer_working_days: int
    reach_days: int


class Simulation(_Strict, frozen=True):
    """How much of history a draft is tried on: every object on the last `days`, on fewer where that is more than `most_rows`."""

    days: int
    most_rows: int
    most_listed: int


class Run(_Strict, frozen=True):
    """When the night run begins, local time, and how far back it makes up for missed days."""

    hour: int
    minute: int
    catch_up_days: int


class Effort(_Strict, frozen=True):
    """Hours of a firm's work for what lifts it."""

    task_normal: float
    task_important: float
    task_key: float
    own_check: float
    ordinary_danger: float
    major_danger: float
    certificate: float
    sensor: float
    alarm: float
    question: float
    commitment: float
    red_line: float


class PointsRules(_Strict, frozen=True):
    """One version of the whole policy."""

    window_days: int
    least_known: float
    step_days: int
    start: Start
    bands: Bands
    tasks: Tasks
    hazards: Hazards
    monitoring: Monitoring
    persons: Persons
    commitments: Commitments
    feedback: Feedback
    deduction: tuple[DeductionRow, ...]
    red_line: tuple[RedLine, ...]
    consequence: tuple[ConsequenceRow, ...]
    key_checks: KeyChecks
    appeals: Appeals
    simulation: Simulation
    run: Run
    effort: Effort

    def __post_init__(self) -> None:
        for name, value, most in (
            ("window_days", self.window_days, MOST_DAYS),
            ("step_days", self.step_days, MOST_DAYS),
            ("start.days", self.start.days, MOST_DAYS),
            ("monitoring.online_h", self.monitoring.online_h, 24 * MOST_DAYS),
            ("appeals.within_working_days", self.appeals.within_working_days, 100),
            ("appeals.answer_working_days", self.appeals.answer_working_days, 100),
            ("appeals.reach_days", self.appeals.reach_days, MOST_DAYS),
            ("simulation.days", self.simulation.days, MOST_DAYS),
            ("simulation.most_rows", self.simulation.most_rows, 100_000_000),
            ("simulation.most_listed", self.simulation.most_listed, 10_000),
            ("run.catch_up_days", self.run.catch_up_days, MOST_DAYS),
            *((f"{one.kind}: decay_days", one.decay_days, 10 * MOST_DAYS) for one in self.deduction),
            *((f"{one.kind}: points", one.points, 1000) for one in self.deduction),
        ):
            if not 0 < value <= most:
                raise ValueError(f"{name} is {value:g}; it lies above 0 and up to {most}")
        kinds = [one.kind for one in self.deduction]
        if len(set(kinds)) != len(kinds) or len({one.kind for one in self.red_line}) != len(self.red_line):
            raise ValueError("a kind of deduction or red line stands twice")
        self.figures()

    def figures(self) -> Figures:
        """The part that the scorer needs; ValueError where weights, bands or shares do not fit together."""
        return Figures(
            parts=(
                _part(self.tasks.weight, self.tasks.not_asked),
                PartFigures(self.hazards.weight, self.hazards.no_check),
                _part(self.monitoring.weight, self.monitoring.not_asked),
                _part(self.persons.weight, self.persons.not_asked),
                _part(self.commitments.weight, self.commitments.not_asked),
            ),
            late_credit=self.tasks.late_credit,
            ordinary_overdue=self.hazards.ordinary_overdue,
            major_overdue=self.hazards.major_overdue,
            no_check=self.hazards.no_check,
            online_share=self.monitoring.online_share,
            least_known=self.least_known,
            start_hundredths=hundredths(self.start.points),
            start_days=self.start.days,
            bands=(hundredths(self.bands.yellow), hundredths(self.bands.blue), hundredths(self.bands.green)),
            step_days=self.step_days,
            feedback_on_time=hundredths(self.feedback.on_time),
            feedback_late=hundredths(self.feedback.late),
            feedback_missed=hundredths(self.feedback.missed),
            deductions={
                one.kind: Deduction(hundredths(one.points), one.decay_days, one.whole_while_open) for one in self.deduction
            },
            red_lines=frozenset(one.kind for one in self.red_line),
        )

    def facts(self) -> dict[str, tuple[str, str]]:
        """Every kind of fact that takes points or makes red, with its Chinese and English words."""
        rows: tuple[DeductionRow | RedLine, ...] = (*self.red_line, *self.deduction)
        return {one.kind: (one.zh, one.en) for one in rows}

    def words(self, kind: str) -> tuple[str, str] | None:
        """What a kind of fact or consequence is called, in Chinese and English."""
        rows: tuple[DeductionRow | RedLine | ConsequenceRow, ...] = (*self.deduction, *self.red_line, *self.consequence)
        return next(((one.zh, one.en) for one in rows if one.kind == kind), None)


def hundredths(points: float) -> int:
    """Whole hundredths of a point; ValueError for what is no number of points."""
    if not -1000 <= points <= 1000:
        raise ValueError(f"{points} are no points")
    return round(points * 100)


POINTS = PolicyFile(
    "supervision.points", FILE, reader(PointsRules), "积分赋色", "Points and colours", regions=True, by_day=True, whole=True
)


def shipped_text() -> str:
    """The shipped file as it is, with its sources."""
    return POINTS.text


def shipped_rules() -> PointsRules:
    """The shipped policy."""
    return POINTS.shipped


def rules_of(content: Document) -> PointsRules:
    """The rules of a stored version; InvalidInput says what does not fit."""
    try:
        return convert(content, PointsRules)
    except (msgspec.ValidationError, ValueError) as error:
        raise InvalidInput(str(error)) from None


def read_draft(text: str) -> PointsRules:
    """A draft as a person wrote it (TOML); InvalidInput says which key or which sum does not fit."""
    try:
        return read_policy(text.encode(), PointsRules, "policy")
    except ValueError as error:
        raise InvalidInput(str(error)) from None


def content_of(rules: PointsRules) -> Document:
    """What is stored of a version: plain JSON."""
    found: Document = msgspec.to_builtins(rules)
    return found


def due_of(row: ConsequenceRow, began: datetime, after_working_days: Callable[[date, int], date]) -> datetime:
    """When a consequence of a colour reached at `began` (local) is due; `after_working_days(day, number)` counts the calendar."""
    if row.hours is not None:
        return began + timedelta(hours=row.hours)
    if row.working_days is not None:
        day = after_working_days(began.date(), row.working_days) if row.working_days else began.date()
    elif row.days is not None:
        day = began.date() + timedelta(days=row.days)
    else:
        day = months_after(began, row.months or 0).date()
    return began.replace(year=day.year, month=day.month, day=day.day, hour=23, minute=59, second=59, microsecond=0)


def months_after(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last day.

    >>> months_after(datetime(2026, 8, 31), 6).date().isoformat()
    '2027-02-28'
    """
    number = moment.month - 1 + months
    year, month = moment.year + number // 12, number % 12 + 1
    for day in range(moment.day, 27, -1):
        try:
            return moment.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month, day=min(moment.day, 28))


def _part(weight: float, not_asked: float) -> PartFigures:
    return PartFigures(weight, None if not_asked < 0 else not_asked)
