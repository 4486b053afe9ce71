"""`tocsin bench atlas`: the map with 200,000 points of one layer and 220 layers listed, in headless Chromium and beside one
GeoJSON source.
"""

import http.client
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from math import floor
from statistics import median
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import numpy as np

from tocsin.atlas.layers.rules.vector_tiles import on_unit_square
from tocsin.base.errors import TocsinError
from tocsin.workshop.bench.atlas.browser import chromium, drag, first_picture, lay_out_peer
from tocsin.workshop.bench.atlas.installation import BOX, LAYER, Filled, fill, served, spots

if TYPE_CHECKING:
    from rich.console import Console

POINTS, LAYERS = 200_000, 220
FEW: Final = (20_000, 220)
CENTRE: Final = (120.42, 36.16)
ZOOM: Final = 12.0
ZOOMS: Final = (8, 10, 12, 14, 15, 16)
TILES: Final = 12  # of each zoom, round the middle
AIM_S: Final = 2.0


def run(console: "Console", quick: bool) -> None:
    """Prints seconds beside what is aimed at; TocsinError where a tile does not answer or a page complains."""
    os.environ["TOCSIN_SECOND_STEP"] = "offered"
    points, layers = FEW if quick else (POINTS, LAYERS)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
            filled = process.submit(fill, folder, points, layers).result()
        console.print(
            f"{points:,} points of one layer, {filled.layers} layers listed; the file taken, judged and served in "
            f"{filled.delivered_s:.1f} s; load average {os.getloadavg()[0]:.1f}"
        )
        with served(folder) as url:
            _measure_tiles(console, url, filled)
        with served(folder) as url:
            _measure_map(console, url, filled, rounds=2 if quick else 5)
            _measure_peer(console, url, filled, points)
        console.print(
            "  drawn by the processor: no graphics card was used, so frames tell what the processor draws; the page's own work "
            "is the same on any card"
        )


def _measure_tiles(console: "Console", url: str, filled: Filled) -> None:
    """Each tile first from a server that has read nothing, then again."""
    asked = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Cookie": f"sessionid={filled.session}", "Accept-Encoding": "gzip"}

    def seconds(address: str) -> tuple[float, int]:
        began = time.perf_counter()
        asked.request("GET", address, headers=headers)
        answer = asked.getresponse()
        size = len(answer.read())
        if answer.status not in (200, 204):
            raise TocsinError(f"{address} answered {answer.status}")
        return time.perf_counter() - began, size

    seconds("/map/base.json")
    first, _size = seconds(_address(LAYER, *next(_places(ZOOM))))
    console.print(f"  the first tile, for which the layer's rows are read: [bold]{1000 * first:.0f} ms[/bold]")
    for words in ("first time", "again"):
        by_zoom = {zoom: [seconds(_address(LAYER, *place)) for place in _places(zoom)] for zoom in ZOOMS}
        taken = [one for row in by_zoom.values() for one, _size in row]
        most = max(size for row in by_zoom.values() for _one, size in row)
        console.print(
            f"  {len(taken)} tiles {words}: p50 {1000 * np.quantile(taken, 0.5):.1f} ms, "
            f"p99 {1000 * np.quantile(taken, 0.99):.1f} ms; largest {most / 1000:.0f} kB packed; by zoom "
            + ", ".join(f"{zoom}: {1000 * median(one for one, _size in row):.1f}" for zoom, row in by_zoom.items())
        )
    asked.close()


def _measure_map(console: "Console", url: str, filled: Filled, *, rounds: int) -> None:
    address = f"{url}/map/?view={CENTRE[0]},{CENTRE[1]},{ZOOM}&layers=cases,alarms,{LAYER}"
    firsts, owns = [], []
    for number in range(rounds):
        with chromium(url, filled.session) as context:
            page, first, waited = first_picture(context, address)
            firsts.append(first)
            owns.append(first - waited)
            if number == rounds - 1:
                _page, again, _waited = first_picture(context, address)
                _page.close()
                moved = drag(page)
    console.print(
        f"  [bold]first picture of the map {median(firsts):.2f} s[/bold] in a browser that has nothing kept (median of "
        f"{rounds}), [bold]{median(owns):.2f} s[/bold] of it without its waits for software graphics (aim {AIM_S:.0f}); "
        f"{firsts[0]:.2f} s from a server just started, {again:.2f} s opened again"
    )
    console.print(f"    dragged: {moved.told()}")


def _measure_peer(console: "Console", url: str, filled: Filled, points: int) -> None:
    document = _document(points)
    for cluster, words in ((True, "in clusters made by the browser"), (False, "each point by itself")):
        with chromium(url, filled.session) as context:
            address = lay_out_peer(context, url, document, centre=CENTRE, zoom=ZOOM, cluster=cluster)
            page, first, waited = first_picture(context, address)
            moved = drag(page)
        console.print(
            f"  the same points as one GeoJSON source of {len(document) / 1e6:.0f} MB on an empty ground, {words}: first picture "
            f"[bold]{first:.2f} s[/bold], {first - waited:.2f} s without those waits\n    dragged: {moved.told()}"
        )


def _document(points: int) -> str:
    lon, lat = spots(points)
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [round(x, 6), round(y, 6)]},
            "properties": {"key": f"J{row:06d}", "name": f"检查井{row}"},
        }
        for row, (x, y) in enumerate(zip(lon.tolist(), lat.tolist(), strict=True))
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))


def _places(zoom: float) -> Iterator[tuple[int, int, int]]:
    """Tiles round the middle: as many as a screen shows, within the points."""
    z = floor(zoom)
    corners = on_unit_square(np.array([CENTRE, (BOX[0], BOX[3]), (BOX[2], BOX[1])])) * 2**z
    (x, y), (left, top), (right, bottom) = np.floor(corners).astype(int).tolist()
    near = [(z, x + across, y + down) for down in (0, -1, 1) for across in (0, -1, 1, 2)]
    yield from [one for one in near if left <= one[1] <= right and top <= one[2] <= bottom][:TILES]


def _address(layer: str, z: int, x: int, y: int) -> str:
    return f"/map/tiles/{layer}/{z}/{x}/{y}"
