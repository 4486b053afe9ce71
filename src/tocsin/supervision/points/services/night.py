"""The nightly points: every object's day before, in short transactions, from where a run that died stood."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Final
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone
from numpy.typing import NDArray

from tocsin.bus.bulk import write_rows
from tocsin.engine.points.colours import Colour, next_standing
from tocsin.engine.points.ledger import gather, write_lines
from tocsin.engine.points.scorer import score
from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import keep_shipped
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.points.models import PointsRun
from tocsin.supervision.points.policy import POINTS, shipped_text
from tocsin.supervision.points.queries.inputs import end_of, read_inputs
from tocsin.supervision.points.queries.key_checks import key_units
from tocsin.supervision.points.queries.keys import Key, raw_rows
from tocsin.supervision.points.queries.ledger import count_colours
from tocsin.supervision.points.queries.rules import InForce, rules_for, rules_in_force
from tocsin.supervision.points.services.consequences import Changed, follow_colours
from tocsin.supervision.versions.queries import policy_name
from tocsin.supervision.versions.rules import SHIPPED

READ: Final = 20_000  # objects read and reckoned together
WRITE: Final = 1_000  # objects of the first transaction; the others as `paced` says
LEAST_WRITE: Final = 500
MOST_WRITE: Final = 2_000
AIM_S: Final = 0.05  # a transaction, so that it stays well below 200 ms
NAMES: Final = {int(colour): colour.name.lower() for colour in Colour}
VALUES: Final = {name: value for value, name in NAMES.items()}


@dataclass(frozen=True)
class Column:
    """The objects of one stretch, ids rising, with where they stood the day before."""

    ids: list[Key]
    regions: list[str]
    standing: NDArray[np.int8]
    shown: NDArray[np.int8]
    runs: NDArray[np.int16]


@dataclass(frozen=True)
class Stretch:
    """A column with the rows of its ledger by field, the policy of the day, and who is on the key check list by its versions."""

    column: Column
    rows: Mapping[str, Sequence[object]]
    in_force: Sequence[InForce]
    listed: Mapping[str, set[UUID]]


def due_days(now: datetime) -> list[date]:
    """The days whose points are due at `now` and not through, oldest first."""
    run = POINTS.current().run
    local = timezone.localtime(now)
    last = local.date() - timedelta(days=1 if local.time() >= time(run.hour, run.minute) else 2)
    through = PointsRun.objects.filter(ended_at__isnull=False).values_list("day", flat=True).first()
    begun = PointsRun.objects.filter(ended_at__isnull=True).order_by("day").values_list("day", flat=True).first()
    first = through + timedelta(days=1) if through else begun or last
    first = max(first, last - timedelta(days=run.catch_up_days - 1))
    return [first + timedelta(days=step) for step in range((last - first).days + 1)]


def assign_due_points(*, now: datetime) -> int:
    """One stretch of the oldest day that is due; returns how many objects were scored or closed a day, 0 when nothing is due."""
    for day in due_days(now)[:1]:
        return assign_stretch(day=day, now=now) or 1
    return 0


def assign_points(*, day: date, now: datetime) -> int:
    """The points of all objects for one local day; returns how many were scored now. A second run changes nothing."""
    scored = 0
    while found := assign_stretch(day=day, now=now):
        scored += found
    return scored


def assign_stretch(*, day: date, now: datetime, read: int = READ, write: int = WRITE) -> int:
    """The next objects of that day behind the run's cursor; 0 where there are none left, and then the day is closed."""
    run, _created = PointsRun.objects.get_or_create(day=day, defaults={"begun_at": now})
    if run.ended_at is not None:
        return 0
    keep_shipped_version(day=day, now=now)
    column = _read(run, day, read)
    if not column.ids:
        PointsRun.objects.filter(day=day, ended_at=None).update(ended_at=now, tallies=count_colours(day))
        return 0
    in_force = rules_in_force(day)
    versions = [rules_for(in_force, region).version for region in column.regions]
    rows: dict[str, list[object]] = {name: [] for name in _FIELDS}
    places: list[int] = []
    for version in sorted(set(versions)):
        chosen = [place for place, one in enumerate(versions) if one == version]
        places += chosen
        rules = next(one for one in in_force if one.version == version)
        _score(_part(column, chosen), day, rules, rows)
    order = np.argsort(places, kind="stable").tolist()
    columns = {name: [values[place] for place in order] for name, values in rows.items()}
    listed = {one.version: key_units(column.ids, day=day, rules=one.rules) for one in in_force if one.version in set(versions)}
    stretch = Stretch(column, columns, in_force, listed)
    start = 0
    while start < len(column.ids):
        began = monotonic()
        if not _write(run, stretch, slice(start, start + write), now):
            return 0  # another process is at this day
        start += write
        write = paced(write, monotonic() - began)
    return len(column.ids)


def paced(rows: int, took_s: float) -> int:
    """How many rows the next transaction gets after one of so many took so long: within 200 ms also where the machine is slow.

    >>> paced(1000, 0.02), paced(1000, 0.05), paced(1000, 0.3)
    (2000, 1000, 500)
    """
    return min(MOST_WRITE, 2 * rows, max(LEAST_WRITE, int(rows * AIM_S / took_s))) if not AIM_S / 2 <= took_s <= AIM_S else rows


@transaction.atomic
def keep_shipped_version(*, day: date, now: datetime) -> str:
    """The shipped policy as a version of its own, kept with its content from the first day it counted; returns its name."""
    version = f"{SHIPPED}-{hashlib.sha256(shipped_text().encode()).hexdigest()[:8]}"
    keep_shipped(actor=system_actor(), policy=policy_name("points"), version=version, text=shipped_text(), day=day, now=now)
    return version


_FIELDS = (
    *("day", "object", "revision", "score", "feedback", "band", "standing", "colour"),
    *("days_in_yellow", "days_in_blue", "days_in_green", "rule_version", "lines"),
)


def _read(run: PointsRun, day: date, limit: int) -> Column:
    objects = SupervisedObject.objects.filter(active=True, merged_into__isnull=True, created_at__lt=end_of(day))
    if run.cursor:
        objects = objects.filter(pk__gt=UUID(run.cursor))
    found = raw_rows(objects.order_by("pk").values_list("pk", "region_code")[:limit])
    ids = [one for one, _region in found]
    standing, shown = np.full(len(ids), Colour.GREY, np.int8), np.full(len(ids), Colour.GREY, np.int8)
    runs = np.zeros((len(ids), 3), np.int16)
    before = PointsRun.objects.filter(day__lt=day, scored__gt=0).values_list("day", flat=True).first()
    if ids and before is not None:
        rows = {one: row for row, one in enumerate(ids)}
        ledger = LedgerDay.objects.filter(day=before, object_id__gte=ids[0], object_id__lte=ids[-1]).order_by(
            "object_id", "revision"
        )
        fields = ("object_id", "standing", "colour", "days_in_yellow", "days_in_blue", "days_in_green")
        for one, name, colour, *days in raw_rows(ledger.values_list(*fields)):
            row = rows.get(one)
            if row is not None:
                standing[row], shown[row], runs[row] = VALUES[name], VALUES[colour], days
    return Column(ids, [one[1] for one in found], standing, shown, runs)


def _part(column: Column, places: Sequence[int]) -> Column:
    if len(places) == len(column.ids):
        return column
    return Column(
        [column.ids[place] for place in places],
        [column.regions[place] for place in places],
        column.standing[places],
        column.shown[places],
        column.runs[places],
    )


def _score(column: Column, day: date, in_force: InForce, rows: dict[str, list[object]]) -> None:
    """Reckons these objects by one version and adds their rows."""
    figures = in_force.rules.figures()
    inputs = read_inputs(column.ids, day, in_force.rules)
    facts, sources, relief, appeals = gather(day, inputs.facts, inputs.relief)
    scored = score(inputs.counts, facts, relief, figures)
    standing, colour, runs = next_standing(scored.band, column.standing, column.runs, figures)
    size = len(column.ids)
    rows["day"] += [day] * size
    rows["object"] += column.ids
    rows["revision"] += [0] * size
    rows["score"] += scored.score.tolist()
    rows["feedback"] += scored.feedback.tolist()
    for name, values in (("band", scored.band), ("standing", standing), ("colour", colour)):
        rows[name] += [NAMES[one] for one in values.tolist()]
    for place, name in enumerate(("days_in_yellow", "days_in_blue", "days_in_green")):
        rows[name] += runs[:, place].tolist()
    rows["rule_version"] += [in_force.version] * size
    rows["lines"] += write_lines(inputs.counts, facts, sources, relief, appeals, scored)


def _write(run: PointsRun, stretch: Stretch, part: slice, now: datetime) -> bool:
    """One transaction: rows, what their colours trigger, the news, and how far the run is. False where another was first."""
    column = stretch.column
    ids = column.ids[part]
    rows = {name: values[part] for name, values in stretch.rows.items()}
    colours = [VALUES[str(one)] for one in rows["colour"]]
    moved = np.flatnonzero(np.array(colours, np.int8) != column.shown[part]).tolist()
    regions, shown = column.regions[part], column.shown[part].tolist()
    changed = [Changed(_uuid(ids[at]), regions[at], NAMES[shown[at]], NAMES[colours[at]]) for at in moved]
    with transaction.atomic():
        held = PointsRun.objects.select_for_update().get(day=run.day)
        if held.cursor != run.cursor or held.ended_at is not None:
            return False
        write_rows(LedgerDay, rows)
        follow_colours(changed, day=run.day, now=now, in_force=stretch.in_force, listed=stretch.listed)
        run.cursor, run.scored, run.moves = str(_uuid(ids[-1])), held.scored + len(ids), held.moves
        for one in changed:
            moves = run.moves.setdefault(one.region_code, {})
            move = f"{one.before}>{one.after}"
            moves[move] = moves.get(move, 0) + 1
        run.save(update_fields=["cursor", "scored", "moves"])
    return True


def _uuid(key: Key) -> UUID:
    return key if isinstance(key, UUID) else UUID(key)
