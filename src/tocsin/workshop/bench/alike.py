"""The same matter among many open reports, through the database: how long one look takes, and that it finds what it must."""

import os
import random
import time
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING
from uuid import UUID

from tocsin.base.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.mobilisation.hazard_reports.queries.alike import Matter

LOOKS = 200
PART = 10_000
PLACELESS = 4  # one of so many gives no place
MATTERS = (
    "消防通道被货物堵死",
    "井盖破损路面下陷",
    "夜间焊接没有看火人",
    "配电箱敞开雨水流入",
    "燃气味很重持续三天",
    "脚手架没有护栏",
)
STREETS = ("石牛山路", "金水路", "青山路", "九水东路", "枣山路", "君峰路", "书院路")


def measure_alike(folder: str, url: str, count: int, region_code: str) -> str:
    """Fills a database of its own and looks; TocsinError where a twin is not found. For a process of its own."""
    os.environ |= {"TOCSIN_DATA": folder, "DATABASE_URL": url}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    import django

    django.setup()
    from django.db import connection
    from django.utils import timezone

    from tocsin.portal.tables import bring_tables_up_to_date

    bring_tables_up_to_date()
    now = timezone.now()
    _fill(count, region_code, now)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE mobilisation_hazardreport")
    from tocsin.mobilisation.hazard_reports.queries.alike import alike_in_public

    desk, writing, worked = [], [], time.process_time()
    rng = random.Random(2)  # noqa: S311 - which are looked for
    for number in rng.sample(range(count), LOOKS):
        desk.append(_desk_look(number, now))
        if number % PLACELESS:
            matter = _matter(number, region_code)
            began = time.perf_counter()
            found = alike_in_public(matter, now=now)
            writing.append(time.perf_counter() - began)
            if _id(number) not in [one.report.pk for one in found]:
                raise TocsinError(f"report {number} of {count} is not found while its twin is written")
    each_ms = 1000 * (time.process_time() - worked) / (len(desk) + len(writing))
    return (
        f"The same matter among {count:,} open reports of one county: for the desk {_told(desk)}, "
        f"while one writes {_told(writing)} (aimed at: 100 ms; {each_ms:.0f} ms of the processor each; "
        f"load average {os.getloadavg()[0]:.1f})."
    )


def _desk_look(number: int, now: datetime) -> float:
    from tocsin.mobilisation.hazard_reports.models import HazardReport
    from tocsin.mobilisation.hazard_reports.queries.alike import alike_to

    report = HazardReport.objects.get(pk=_id(number))
    began = time.perf_counter()
    alike_to(report, now=now)
    return time.perf_counter() - began


def _told(took: list[float]) -> str:
    return f"p50 {1000 * median(took):.0f} ms, [bold]p99 {1000 * sorted(took)[int(len(took) * 0.99)]:.0f} ms[/bold]"


def _id(number: int) -> UUID:
    return UUID(int=number + 1)


def _matter(number: int, region_code: str) -> "Matter":
    from tocsin.mobilisation.hazard_reports.queries.alike import Matter

    rng = random.Random(number)  # noqa: S311 - places and words
    text = f"{rng.choice(STREETS)}{number % 300}号{rng.choice(MATTERS)}，{rng.choice(MATTERS)}，编号{number}"
    kind = rng.choice(("hazard", "breach", "fire", "gas"))
    lon, lat = 120.33 + rng.random() * 0.15, 36.10 + rng.random() * 0.12
    if number % PLACELESS == 0:
        return Matter(region_code, kind, text)
    return Matter(region_code, kind, text, lon, lat)


def _fill(count: int, region_code: str, now: datetime) -> None:
    from django.db import transaction

    from tocsin.engine.likeness import words_of
    from tocsin.mobilisation.hazard_reports.models import HazardReport

    for first in range(0, count, PART):
        rows = []
        for number in range(first, min(first + PART, count)):
            matter = _matter(number, region_code)
            rows.append(
                HazardReport(
                    id=_id(number),
                    number=f"{region_code}-20260101-R{number:06}",
                    region_code=region_code,
                    state="received",
                    kind=matter.kind,
                    lon=matter.lon,
                    lat=matter.lat,
                    text=matter.text,
                    mode="anonymous",
                    channel="page",
                    language="zh-hans",
                    received_at=now - timedelta(seconds=20 * (count - number)),
                    completeness=3,
                    valid=True,
                    secret_sha256="0" * 64,
                    content_sha256="0" * 64,
                    words=words_of(matter.text).tobytes(),
                    looks=[f"{random.Random(number).getrandbits(64):016x}"] if number % 3 else [],  # noqa: S311 - a picture
                )
            )
        with transaction.atomic():
            HazardReport.objects.bulk_create(rows, batch_size=500)
