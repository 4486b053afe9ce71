"""Open reports that may tell of the same matter: near by, of the same object, of the same names, words or pictures."""

import zlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import cos, nan, radians
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from django.db.models import F, QuerySet
from django.db.models.fields.json import KT

from tocsin.base.geometry import distance_m
from tocsin.engine.likeness import EARTH_M_PER_DEGREE, WORDS, Reports, likeness, words_of
from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import Same, report_policy
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.rules.states import OPEN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tocsin.jurisdiction.face import Person

LOOKED_THROUGH = 5000
"""Of each part at most so many rows are compared: more than that lie on one spot only where somebody floods it."""
_COLUMNS = ("number", "lon", "lat", "kind", "words")
_NAMES = ("firm", "place", "object__name", "object__address")
TYPED_THROUGH: Final = 2000
"""While somebody types so many of the newest are compared: names are compared in Python, at every pause of the hands."""
SHORTEST_TYPED: Final = 2  # signs of firm and place, or of the text, with which there is something to compare


@dataclass(frozen=True)
class Matter:
    """What is compared: a report, or one that is still being written."""

    region_code: str
    kind: str
    text: str
    lon: float | None = None
    lat: float | None = None
    object_id: Any = None
    looks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alike:
    """A report that may tell of the same matter, and how alike it is, 0 to 1."""

    report: HazardReport
    score: float


def alike_to(report: HazardReport, *, now: datetime) -> list[Alike]:
    """For the desk: open reports that lead, the likeliest first."""
    matter = Matter(
        report.region_code,
        report.kind,
        report.text,
        report.lon,
        report.lat,
        report.object_id,
        tuple(report.looks),
    )
    return _alike(matter, leading(report.region_code, now).exclude(pk=report.pk))


def alike_in_public(matter: Matter, *, now: datetime) -> list[Alike]:
    """For whoever is writing: only reports of public places. Of a firm's nobody learns, least of all the firm."""
    public = leading(matter.region_code, now).filter(object__isnull=True, firm="", lat__isnull=False)
    return _alike(matter, public, with_placeless=False)


def alike_to_call(user: "Person", matter: Matter, *, names: str, now: datetime) -> list[Alike]:
    """For the operator who writes down what a caller says: open reports that this one may join, the likeliest first.

    A caller names a firm or a street and seldom a spot, so that `names` counts as nearness does elsewhere: by the share of its
    pairs of signs that firm and place of a report have, too. Where the operator has set a spot, the nearer of both counts.
    """
    typed = words_of(names)
    if not typed.any() and len(matter.text.strip()) < SHORTEST_TYPED and matter.lat is None:
        return []
    policy = report_policy(matter.region_code).same
    among = joinable(user, matter.region_code, now)
    parts = [among.order_by("-received_at").values_list(*_COLUMNS, *_NAMES)[:TYPED_THROUGH]]
    if matter.lon is not None and matter.lat is not None:
        near = _near(among, matter.lon, matter.lat, policy.within_m)
        parts.append(near.values_list(*_COLUMNS, *_NAMES)[:LOOKED_THROUGH])
    found = list({row[0]: row for part in parts for row in part}.values())
    if not found:
        return []
    rows = [row[: len(_COLUMNS)] for row in found]
    named = policy.place * _shares(typed, [" ".join(filter(None, row[len(_COLUMNS) :])) for row in found])
    others = _columns(rows)
    anywhere = likeness(_columns([_row_of(replace(matter, lon=None, lat=None))]), others, policy.weights)
    nearness = likeness(_columns([_row_of(matter)]), others, policy.weights) - anywhere
    return _likeliest(rows, np.minimum(anywhere + np.maximum(nearness, named), 1.0), policy)


def away_m(matter: Matter, report: HazardReport) -> int | None:
    """How far a report's place is from the matter's, in metres; None where one of them has none."""
    if matter.lon is None or matter.lat is None or report.lon is None or report.lat is None:
        return None
    return round(distance_m(matter.lon, matter.lat, report.lon, report.lat))


def joinable(user: "Person", region_code: str, now: datetime) -> QuerySet[HazardReport]:
    """Open reports of a county that lead, and that the user's desk may join others to."""
    held = scope(HazardReport.objects.filter(emptied_at=None), user, rights.HANDLE).values("pk")
    return leading(region_code, now).filter(pk__in=held)


def _shares(typed: "NDArray[np.uint64]", texts: list[str]) -> "NDArray[np.float64]":
    """Of what was typed the share that stands in each text, 0 to 1."""
    bits = np.array([words_of(one) for one in texts])
    share: NDArray[np.float64] = np.bitwise_count(bits & typed).sum(axis=1) / max(int(np.bitwise_count(typed).sum()), 1)
    return share


def leading(region_code: str, now: datetime) -> QuerySet[HazardReport]:
    """Open reports of a county that stand for themselves, of the days within which two may be one."""
    since = now - timedelta(days=report_policy(region_code).same.within_days)
    found = HazardReport.objects.filter(region_code=region_code, state__in=[one.value for one in OPEN], merged_into=None)
    return found.filter(received_at__gte=since)


def _alike(matter: Matter, among: QuerySet[HazardReport], *, with_placeless: bool = True) -> list[Alike]:
    policy = report_policy(matter.region_code).same
    rows, of_object = _candidates(matter, among, policy, with_placeless)
    if not rows:
        return []
    scores = likeness(_columns([_row_of(matter)]), _columns(rows), policy.weights)
    scores = np.where([row[0] in of_object for row in rows], np.maximum(scores, policy.least), scores)
    return _likeliest(rows, scores, policy)


def _likeliest(rows: list[tuple[Any, ...]], scores: "NDArray[np.float64]", policy: Same) -> list[Alike]:
    best = [at for at in np.argsort(-scores, kind="stable")[: policy.shown] if scores[at] >= policy.least]
    reports = HazardReport.objects.select_related("organisation").in_bulk([rows[at][0] for at in best], field_name="number")
    return [Alike(reports[rows[at][0]], float(scores[at])) for at in best]


def _candidates(
    matter: Matter, among: QuerySet[HazardReport], policy: Same, with_placeless: bool
) -> tuple[list[tuple[Any, ...]], set[str]]:
    """Rows to compare, each once, and the numbers of those of the same object: those in a box around the place, the
    nearest first; the newest without a place; those of the object. Each part has an index of its own; one question for all of
    them would read every open report.
    """
    newest = among.order_by("-received_at")
    parts = [newest] if matter.lon is None or matter.lat is None else [_near(among, matter.lon, matter.lat, policy.within_m)]
    if matter.lat is not None and with_placeless:
        parts.append(newest.filter(lat__isnull=True))
    columns = (*_COLUMNS, KT("looks__0")) if matter.looks else _COLUMNS
    rows = {row[0]: row for part in parts for row in part.values_list(*columns)[:LOOKED_THROUGH]}
    of_object = {}
    if matter.object_id is not None:
        of_object = {row[0]: row for row in newest.filter(object_id=matter.object_id).values_list(*columns)[:LOOKED_THROUGH]}
    return list((rows | of_object).values()), set(of_object)


def _near(among: QuerySet[HazardReport], lon: float, lat: float, within_m: float) -> QuerySet[HazardReport]:
    """Those whose place lies in a box around this one, the nearest first."""
    north = within_m / EARTH_M_PER_DEGREE
    narrowing = max(cos(radians(lat)), 0.01)
    east = north / narrowing
    box = among.filter(lat__range=(lat - north, lat + north), lon__range=(lon - east, lon + east))
    away_north, away_east = F("lat") - lat, (F("lon") - lon) * narrowing
    return box.order_by(away_north * away_north + away_east * away_east, "-received_at")


def _row_of(matter: Matter) -> tuple[Any, ...]:
    return ("", matter.lon, matter.lat, matter.kind, words_of(matter.text).tobytes(), *matter.looks[:1])


def _columns(rows: list[tuple[Any, ...]]) -> Reports:
    none = bytes(WORDS * 8)
    return Reports(
        lon=np.array([nan if row[1] is None else row[1] for row in rows]),
        lat=np.array([nan if row[2] is None else row[2] for row in rows]),
        kind=np.array([zlib.crc32(row[3].encode()) for row in rows], dtype=np.int64),
        words=np.frombuffer(b"".join(bytes(row[4]) or none for row in rows), dtype=np.uint64).reshape(-1, WORDS),
        look=np.array([int(row[5], 16) if row[5:] and row[5] else 0 for row in rows], dtype=np.uint64),
    )
