"""The ledger as its readers see it: days of an object, the board by region and trade, who moved, and any day reckoned again."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery

from tocsin.engine.points.colours import Colour, next_standing
from tocsin.engine.points.ledger import PART_CODES, gather, read_lines, restore, write_lines
from tocsin.engine.points.scorer import most_of_parts, score
from tocsin.jurisdiction.face import reach
from tocsin.supervision.objects.models import LedgerDay, PointsEvent
from tocsin.supervision.objects.queries.register import rows_of_visible, visible_objects
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.points.models import Appeal, Consequence, PointsRun
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.queries.inputs import end_of
from tocsin.supervision.points.queries.rules import rules_of_version

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

LADDER = ("green", "blue", "yellow", "red", "grey")
_NO_LOSS = ("start", "limit", "appeal", "today")
_VALUES = {colour.name.lower(): int(colour) for colour in Colour}
_NAMES = {value: name for name, value in _VALUES.items()}


@dataclass(frozen=True)
class Reckoned:
    """One day of one object as it comes out of its stored lines."""

    score: int
    feedback: int
    band: str
    standing: str
    colour: str
    days: tuple[int, int, int]
    lines: str


def recompute(row: LedgerDay, before: "LedgerDay | Reckoned | None" = None, rules: PointsRules | None = None) -> Reckoned:
    """The day from its own lines, its rule version and where the object stood before: nothing else is asked.

    `before` is the row of the scored day before, read where it is not given; `rules` tries other rules on the same inputs.
    """
    if before is None:
        before = _before(row)
    chosen = rules or rules_of_version(row.rule_version)
    restored = restore(read_lines(row.lines))
    return reckon(row.day, restored.counts, restored.facts, restored.relief, before, chosen)


def reckon(
    day: date, counts: Any, facts: Any, relief: Any, before: "LedgerDay | Reckoned | None", rules: PointsRules
) -> Reckoned:
    """One object's day from its inputs (`engine.points.ledger.Restored`) and where it stood."""
    columns, sources, reliefs, appeals = gather(
        day, [(0, kind, source) for kind, source in facts], [(0, part, source) for part, source in relief]
    )
    figures = rules.figures()
    found = score(counts[None, :], columns, reliefs, figures)
    standing, runs = _standing(before)
    after, colour, days = next_standing(found.band, standing, runs, figures)
    return Reckoned(
        score=int(found.score[0]),
        feedback=int(found.feedback[0]),
        band=_NAMES[int(found.band[0])],
        standing=_NAMES[int(after[0])],
        colour=_NAMES[int(colour[0])],
        days=(int(days[0, 0]), int(days[0, 1]), int(days[0, 2])),
        lines=write_lines(counts[None, :], columns, sources, reliefs, appeals, found)[0],
    )


def _standing(before: "LedgerDay | Reckoned | None") -> tuple[Any, Any]:
    if before is None:
        return np.array([Colour.GREY], np.int8), np.zeros((1, 3), np.int16)
    days = before.days if isinstance(before, Reckoned) else (before.days_in_yellow, before.days_in_blue, before.days_in_green)
    return np.array([_VALUES[before.standing]], np.int8), np.array([days], np.int16)


def _before(row: LedgerDay) -> LedgerDay | None:
    day = PointsRun.objects.filter(day__lt=row.day, scored__gt=0).values_list("day", flat=True).first()
    return newest_revision(row.object_id, day) if day else None


def newest_revision(object_id: UUID, day: date) -> LedgerDay | None:
    """What counts of that day: its latest revision."""
    return LedgerDay.objects.filter(day=day, object_id=object_id).order_by("revision").last()


def last_day() -> date | None:
    """The newest day whose points are through."""
    return PointsRun.objects.filter(ended_at__isnull=False).values_list("day", flat=True).first()


def most_of(row: LedgerDay) -> dict[str, int]:
    """By code of a part the most that it could have brought on that day, in hundredths."""
    counts = restore(read_lines(row.lines)).counts[None, :]
    most = most_of_parts(counts, rules_of_version(row.rule_version).figures())[0].tolist()
    return {code: most[part] for part, code in PART_CODES.items()}


def losses_of(row: LedgerDay) -> list[tuple[str, int]]:
    """What the day lacks to 100: reason codes with the hundredths that parts did not bring and facts took, the most first."""
    most = most_of(row)
    lost: dict[str, int] = {}
    for line in read_lines(row.lines):
        missing = most[line.code] - line.hundredths if line.code in most else -line.hundredths if line.code not in _NO_LOSS else 0
        if missing > 0:
            lost[line.code] = lost.get(line.code, 0) + missing
    return sorted(lost.items(), key=lambda one: -one[1])


def before_day(day: date) -> date | None:
    """The scored day before this one."""
    return PointsRun.objects.filter(day__lt=day, scored__gt=0).values_list("day", flat=True).first()


def days_of(object_id: UUID, *, until: date, days: int) -> list[LedgerDay]:
    """The object's days, newest first, each as it counts now. The key begins with the day: each is looked up by itself."""
    wanted = [until - timedelta(days=back) for back in range(days)]
    rows = LedgerDay.objects.filter(day__in=wanted, object_id=object_id).order_by("revision")
    return sorted({row.day: row for row in rows}.values(), key=lambda row: row.day, reverse=True)


def revisions_of(object_id: UUID, day: date) -> list[LedgerDay]:
    """All that was ever written of one day, the first first."""
    return list(LedgerDay.objects.filter(day=day, object_id=object_id).order_by("revision"))


def rows_of_day(user: "Person", day: date) -> QuerySet[LedgerDay]:
    """The rows that count of that day, of objects that the user may see."""
    rows = LedgerDay.objects.filter(day=day, object__in=visible_objects(user).values("pk"))
    return newest_only(rows, day)


def newest_only(rows: "QuerySet[LedgerDay]", day: date) -> "QuerySet[LedgerDay]":
    """Without revisions that were corrected since; corrections are few, and most days have none."""
    if not LedgerDay.objects.filter(day=day, revision__gt=0).exists():
        return rows
    later = LedgerDay.objects.filter(day=day, object_id=OuterRef("object_id"), revision__gt=OuterRef("revision"))
    return rows.filter(~Exists(later))


def count_colours(day: date) -> list[list[Any]]:
    """How many objects have which colour, by region and trade: what a board adds up without walking a million rows."""
    rows = newest_only(LedgerDay.objects.filter(day=day).order_by(), day)
    grouped = rows.values_list("object__region_code", "object__trade", "colour").annotate(number=Count("object_id"))
    return sorted([region, trade, colour, number] for region, trade, colour, number in grouped)


@dataclass(frozen=True)
class Board:
    """One day by region and by trade: name -> colour -> objects; `all` sums up."""

    day: date
    regions: dict[str, dict[str, int]]
    trades: dict[str, dict[str, int]]
    all: dict[str, int]


def board(user: "Person", *, day: date, region: str = "", trade: str = "") -> Board:
    """The colours of a day where the user may see the register, narrowed to a region's prefix and a trade."""
    run = PointsRun.objects.filter(day=day).first()
    found = Board(day, {}, {}, dict.fromkeys(LADDER, 0))
    prefixes = _prefixes(user)
    for code, kind, colour, number in run.tallies if run else ():
        if not code.startswith(prefixes) or not code.startswith(region) or (trade and kind != trade):
            continue
        for table, key in ((found.regions, code), (found.trades, kind)):
            row = table.setdefault(key, dict.fromkeys(LADDER, 0))
            row[colour] += number
        found.all[colour] += number
    return found


def unscored(user: "Person", *, day: date, region: str = "", trade: str = "") -> int:
    """Objects that came into the register after that day was scored: they get their first points tonight."""
    new = visible_objects(user).filter(active=True, created_at__gte=end_of(day), region_code__startswith=region)
    return (new.filter(trade=trade) if trade else new).count()


def days_of_board(user: "Person", *, until: date, days: int, region: str = "", trade: str = "") -> list[Board]:
    """The same for several days that were scored, oldest first: the movement."""
    first = until - timedelta(days=days - 1)
    known = PointsRun.objects.filter(day__gte=first, day__lte=until, ended_at__isnull=False).order_by("day")
    return [board(user, day=day, region=region, trade=trade) for day in known.values_list("day", flat=True)]


def moves_of(user: "Person", *, day: date, region: str = "") -> dict[tuple[str, str], int]:
    """How many objects went from which colour to which on that day."""
    run = PointsRun.objects.filter(day=day).first()
    prefixes = _prefixes(user)
    found: dict[tuple[str, str], int] = {}
    for code, moves in (run.moves if run else {}).items():
        if code.startswith(prefixes) and code.startswith(region):
            for move, number in moves.items():
                before, _, after = move.partition(">")
                found[before, after] = found.get((before, after), 0) + number
    return found


def moved(user: "Person", *, day: date, region: str = "", trade: str = "") -> QuerySet[LedgerDay]:
    """The objects that show another colour than the day before, with it as `was`; worse ones first."""
    before = before_day(day)
    rows = rows_of_day(user, day).select_related("object").filter(object__region_code__startswith=region)
    if trade:
        rows = rows.filter(object__trade=trade)
    older = (
        LedgerDay.objects.filter(day=before or day, object_id=OuterRef("object_id")).order_by("-revision").values("colour")[:1]
    )
    found: QuerySet[LedgerDay] = rows.annotate(was=Subquery(older)).exclude(was=F("colour")).order_by("score", "object__name")
    return found


def _prefixes(user: "Person") -> tuple[str, ...]:
    """Where the user sees whole regions. A firm's own people see no board."""
    return tuple(one.prefix for one in reach(user, rights.SEE) if one.organisation_id is None) or ("-",)


def visible_consequences(user: "Person") -> QuerySet[Consequence]:
    """What colours triggered, the next due first."""
    rows = Consequence.objects.select_related("object", "done_by", "inspection")
    return rows_of_visible(rows, user).order_by("due_at", "kind")


def visible_appeals(user: "Person") -> QuerySet[Appeal]:
    """Appeals of objects that the user may see, and of the user's own firm."""
    return rows_of_visible(Appeal.objects.select_related("object", "made_by", "decided_by"), user)


def visible_events(user: "Person") -> QuerySet[PointsEvent]:
    """Facts that take points or make red."""
    return rows_of_visible(PointsEvent.objects.select_related("object", "entered_by"), user)
