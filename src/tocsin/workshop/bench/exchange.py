"""200,000 points below `/ogc/features/`: the first page, all pages, a filter, a window of a map, each read back whole.

What is measured is the server's part, from the request to the packed bytes, in one process; a network comes on top.
"""

import gzip
import json
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import numpy as np
import polars as pl
import shapely
from rich.console import Console

from tocsin.atlas.exchange.rules.collections import FeatureCollection, Field, FieldKind
from tocsin.base.errors import TocsinError

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

POINTS = 200_000
ITEMS = "/ogc/features/collections/points/items"
POLYGON = "S_WITHIN(geometry, POLYGON((120.3 36.0, 120.6 36.1, 120.5 36.4, 120.2 36.3, 120.3 36.0)))"
WINDOW = (120.3, 36.05, 120.5, 36.2)  # a district
TABLE = "TOCSIN_BENCH_TABLE"


def run(console: Console, quick: bool) -> None:
    """Prints the seconds; TocsinError where a feature is missing or comes twice."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ[TABLE] = str(Path(folder) / "points")
        os.environ.pop("DATABASE_URL", None)
        os.environ["TOCSIN_DATA"] = str(Path(folder) / "data")
        from tocsin.portal.preparation import prepare_database

        prepare_database()
        _write(Path(os.environ[TABLE]), 20_000 if quick else POINTS)
        get = _reader()
        get(f"{ITEMS}?limit=1")
        firsts = [_seconds(lambda: get(f"{ITEMS}?limit=10000")) for _round in range(7)]
        console.print(f"first page of 10,000 points: {statistics.median(firsts) * 1000:.0f} ms (median of 7)")
        began = time.perf_counter()
        count, pages, size = _all_pages(get, f"{ITEMS}?limit=10000")
        console.print(f"all {count:,} points in {pages} pages: {time.perf_counter() - began:.1f} s, {size / 1e6:.1f} MB packed")
        _print(console, get, "counted by a filter", filter="depth_m > 3 AND kind = 'valve'", limit="1")
        _print(console, get, "one page in a polygon", filter=POLYGON)
        began = time.perf_counter()
        window = urlencode({"bbox": ",".join(map(str, WINDOW)), "limit": "10000"})
        count, pages, _size = _all_pages(get, f"{ITEMS}?{window}")
        console.print(f"a window as QGIS reads it: {count:,} points in {pages} pages, {time.perf_counter() - began:.2f} s")


def rows(person: "Person") -> pl.LazyFrame:
    """The table of the bench, as a resource's rows are read."""
    return pl.scan_delta(os.environ[TABLE])


COLLECTION = FeatureCollection(
    name="points",
    title="Points",
    description="Points of the bench.",
    fields=(
        Field("name", FieldKind.TEXT, "name"),
        Field("kind", FieldKind.TEXT, "kind"),
        Field("depth_m", FieldKind.NUMBER, "depth", "m"),
        Field("seen_at", FieldKind.TIMESTAMP, "seen at"),
    ),
    rows=rows,
    permission="assets.see",
    moment="seen_at",
)


def _write(folder: Path, count: int) -> None:
    random = np.random.default_rng(14)
    lon, lat = random.uniform(119.5, 121.0, count), random.uniform(35.6, 37.0, count)
    kinds = np.array(["manhole", "valve", "hydrant"])[random.integers(0, 3, count)]
    frame = pl.DataFrame(
        {
            "_key": [f"p{number:06}" for number in range(count)],
            "_geometry": list(shapely.to_wkb(shapely.points(lon, lat))),
            **{"_west": lon, "_south": lat, "_east": lon, "_north": lat},
            "name": [f"检查井 {number}" for number in range(count)],
            "kind": kinds,
            "depth_m": random.uniform(0.5, 6.0, count).round(2),
            "seen_at": [datetime(2026, 11, 28, tzinfo=UTC)] * count,
        }
    )
    frame.write_delta(str(folder))


def _reader() -> Callable[[str], Any]:
    """Asks with the token of somebody who sees networks."""
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from tocsin.jurisdiction.people.models import User
    from tocsin.jurisdiction.people.services import accounts, grants, tokens
    from tocsin.jurisdiction.people.services.system import system_actor

    settings.ALLOWED_HOSTS.append("testserver")
    settings.FEATURE_COLLECTIONS = ("tocsin.workshop.bench.exchange:COLLECTION",)
    actor = system_actor()
    person, _password = accounts.create_person(actor=actor, username="bench", name="Bench", password=secrets.token_urlsafe())
    grants.grant_role(actor=actor, user=person, role="viewer", region_code="370200")
    reader = User.objects.get(pk=person.pk)
    _token, secret = tokens.create_token(user=reader, name="bench", scopes=("assets.see",), now=timezone.now())
    return Client(headers={"Accept-Encoding": "gzip", "Authorization": f"Bearer {secret}"}).get


def _all_pages(get: Callable[[str], Any], address: str) -> tuple[int, int, int]:
    seen: set[str] = set()
    count = pages = size = 0
    while address:
        response = get(address)
        size += len(response.content)
        document = _document(response)
        seen |= {one["id"] for one in document["features"]}
        count, pages = count + len(document["features"]), pages + 1
        following = next((one["href"] for one in document["links"] if one["rel"] == "next"), "")
        parts = urlsplit(following)
        address = f"{parts.path}?{parts.query}" if following else ""
    if not len(seen) == count == document["numberMatched"]:
        raise TocsinError(f"{count} features came, {len(seen)} different ones, and {document['numberMatched']} were told of")
    return count, pages, size


def _document(response: Any) -> Any:
    if response.status_code != 200:
        raise TocsinError(f"answered {response.status_code}: {response.content[:300]!r}")
    packed = response.headers.get("Content-Encoding") == "gzip"
    return json.loads(gzip.decompress(response.content) if packed else response.content)


def _seconds(act: Callable[[], Any]) -> float:
    began = time.perf_counter()
    _document(act())
    return time.perf_counter() - began


def _print(console: Console, get: Callable[[str], Any], words: str, **asked: str) -> None:
    taken = [_seconds(lambda: get(f"{ITEMS}?{urlencode(asked)}")) for _round in range(5)]
    console.print(f"{words}: {statistics.median(taken) * 1000:.0f} ms")
