"""Stored days reckoned by other rules, many objects at once: what a draft of the policy would have made of history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from tocsin.engine.points.colours import Colour, next_standing
from tocsin.engine.points.figures import Figures
from tocsin.engine.points.ledger import gather, restore_many
from tocsin.engine.points.scorer import score
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.supervision.objects.models import LedgerDay, SupervisedObject
from tocsin.supervision.points.models import PointsRun
from tocsin.supervision.points.queries.keys import Key, Span, raw_rows

_VALUES = {colour.name.lower(): int(colour) for colour in Colour}
_NAMES = {value: name for name, value in _VALUES.items()}
_STANDING = ("object_id", "standing", "days_in_yellow", "days_in_blue", "days_in_green")


@dataclass(frozen=True)
class Outcome:
    """What one object shows on the last day, and what it would."""

    object_id: UUID
    before: str
    after: str
    score_before: int
    score_after: int


class Changed(TypedDict):
    """An object that would show another colour, as a trial lists it."""

    object: str
    before: str
    after: str
    score_before: int
    score_after: int


type Listed = list[Changed]


class Found(TypedDict):
    """What the stretches of a trial have given so far (`PolicyTrial.found`); `matrix`: objects by "before>after"."""

    looked_at: int
    changed: int
    matrix: dict[str, int]
    list: Listed


class Tried(Found):
    """What a version keeps of its finished trial: over which days (ISO) and how many objects it went."""

    first: str
    until: str
    days: int
    objects: int


def days_of_history(region_code: str, *, until: date, most_days: int, most_rows: int) -> tuple[list[date], int]:
    """The scored days up to `until`, oldest first, and how many objects there are: at most `most_days`, and at most so many that
    objects times days stay within `most_rows`. No day at all where there are more objects than that.
    """
    objects = objects_within(region_code).count()
    number = min(most_days, most_rows // max(1, objects))
    known = PointsRun.objects.filter(day__lte=until, ended_at__isnull=False).values_list("day", flat=True)
    return sorted(known[:number]), objects


def objects_within(region_code: str) -> QuerySet[SupervisedObject]:
    """The objects that a policy of that region may govern, by id."""
    rows = SupervisedObject.objects.filter(active=True, merged_into__isnull=True).order_by("pk")
    return rows.filter(region_code__startswith=governing_prefix(region_code))


def next_ids(region_code: str, *, cursor: str, limit: int) -> list[Key]:
    """The next objects behind the cursor, ids rising."""
    rows = objects_within(region_code)
    if cursor:
        rows = rows.filter(pk__gt=UUID(cursor))
    return [one for (one,) in raw_rows(rows.values_list("pk")[:limit])]


def replay(ids: Sequence[Key], days: Sequence[date], figures: Figures) -> list[Outcome]:
    """Those of the objects that were scored on the last of the days, oldest first. Each begins where it stood the day before the
    first one, or anew where it was not scored then; a day without a row of it changes nothing.
    """
    rows_of = {one: row for row, one in enumerate(ids)}
    span = Span(ids)
    standing, runs = _before(span, rows_of, days[0])
    outcomes: list[Outcome] = []
    for day in days:
        newest: dict[Key, tuple[str, int, str]] = {}
        ledger = span.of(LedgerDay.objects.filter(day=day)).order_by("object_id", "revision")
        for one, colour, points, lines in raw_rows(ledger.values_list("object_id", "colour", "score", "lines")):
            if one in rows_of:
                newest[one] = colour, points, lines
        if not newest:
            continue
        rows = np.array([rows_of[one] for one in newest])
        counts, facts, relief = restore_many([lines for _colour, _points, lines in newest.values()])
        columns, _sources, reliefs, _appeals = gather(day, facts, relief)
        scored = score(counts, columns, reliefs, figures)
        standing[rows], colours, runs[rows] = next_standing(scored.band, standing[rows], runs[rows], figures)
        if day == days[-1]:
            given = zip(newest.items(), colours.tolist(), scored.score.tolist(), strict=True)
            outcomes = [
                Outcome(_uuid(one), colour, _NAMES[after], points, total)
                for (one, (colour, points, _lines)), after, total in given
            ]
    return outcomes


def _before(span: Span, rows_of: dict[Key, int], first: date) -> tuple[NDArray[np.int8], NDArray[np.int16]]:
    """Standing and days on end on the scored day before; grey for who was not scored then."""
    standing, runs = np.full(len(rows_of), Colour.GREY, np.int8), np.zeros((len(rows_of), 3), np.int16)
    day = PointsRun.objects.filter(day__lt=first, scored__gt=0).values_list("day", flat=True).first()
    if day is not None:
        ledger = span.of(LedgerDay.objects.filter(day=day)).order_by("object_id", "revision")
        for one, name, *days in raw_rows(ledger.values_list(*_STANDING)):
            row = rows_of.get(one)
            if row is not None:
                standing[row], runs[row] = _VALUES[name], days
    return standing, runs


def _uuid(key: Key) -> UUID:
    return key if isinstance(key, UUID) else UUID(key)
