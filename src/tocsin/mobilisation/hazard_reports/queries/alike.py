"""Open reports that may tell of the same matter: near by, of the same object, of the same words or pictures."""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, nan, radians
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet

from tocsin.engine.likeness import EARTH_M_PER_DEGREE, WORDS, Reports, likeness, words_of
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.policy.reports import Same, report_policy
from tocsin.mobilisation.hazard_reports.rules.states import OPEN

LOOKED_THROUGH = 5000
_COLUMNS = ("pk", "lon", "lat", "kind", "words", "looks", "object_id")


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
    return _alike(matter, leading(report.region_code, now).exclude(pk=report.pk), now)


def alike_in_public(matter: Matter, *, now: datetime) -> list[Alike]:
    """For whoever is writing: only reports of public places. Of a firm's nobody learns, least of all the firm."""
    return _alike(matter, leading(matter.region_code, now).filter(object__isnull=True, firm="", lat__isnull=False), now)


def leading(region_code: str, now: datetime) -> QuerySet[HazardReport]:
    """Open reports of a county that stand for themselves, of the days within which two may be one."""
    since = now - timedelta(days=report_policy(region_code).same.within_days)
    found = HazardReport.objects.filter(region_code=region_code, state__in=[one.value for one in OPEN], merged_into=None)
    return found.filter(received_at__gte=since)


def _alike(matter: Matter, among: QuerySet[HazardReport], now: datetime) -> list[Alike]:
    policy = report_policy(matter.region_code).same
    rows = list(_near(matter, among, policy).order_by("-received_at").values_list(*_COLUMNS)[:LOOKED_THROUGH])
    if not rows:
        return []
    scores = likeness(_columns([_row_of(matter)]), _columns(rows), policy.weights)
    if matter.object_id is not None:
        scores = np.where([row[6] == matter.object_id for row in rows], np.maximum(scores, policy.least), scores)
    best = [at for at in np.argsort(-scores, kind="stable")[: policy.shown] if scores[at] >= policy.least]
    found = HazardReport.objects.select_related("organisation").in_bulk([rows[at][0] for at in best])
    return [Alike(found[rows[at][0]], float(scores[at])) for at in best]


def _near(matter: Matter, among: QuerySet[HazardReport], policy: Same) -> QuerySet[HazardReport]:
    """Those in a box around the place, those without one, and those of the same object."""
    if matter.lon is None or matter.lat is None:
        return among
    north = policy.within_m / EARTH_M_PER_DEGREE
    east = north / max(cos(radians(matter.lat)), 0.01)
    box = Q(lat__range=(matter.lat - north, matter.lat + north), lon__range=(matter.lon - east, matter.lon + east))
    same = Q(object_id=matter.object_id) if matter.object_id is not None else Q(pk__in=[])
    return among.filter(box | Q(lat__isnull=True) | same)


def _row_of(matter: Matter) -> tuple[Any, ...]:
    return (None, matter.lon, matter.lat, matter.kind, words_of(matter.text).tobytes(), list(matter.looks), matter.object_id)


def _columns(rows: list[tuple[Any, ...]]) -> Reports:
    none = bytes(WORDS * 8)
    return Reports(
        lon=np.array([nan if row[1] is None else row[1] for row in rows]),
        lat=np.array([nan if row[2] is None else row[2] for row in rows]),
        kind=np.array([zlib.crc32(row[3].encode()) for row in rows], dtype=np.int64),
        words=np.frombuffer(b"".join(bytes(row[4]) or none for row in rows), dtype=np.uint64).reshape(-1, WORDS),
        look=np.array([int(row[5][0], 16) if row[5] else 0 for row in rows], dtype=np.uint64),
    )
