"""A browser before the map: how long until its first picture, and how it moves."""

import shutil
import statistics
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from tocsin.base.errors import TocsinError, Unavailable
from tocsin.workshop.bench.atlas.thread import Thread, watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import BrowserContext, Page

SIZE: Final = (1600, 900)
FLAGS: Final = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
)
GRAPHICS: Final = ("--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader")
WAIT_MS: Final = 120_000
STEPS: Final = 90  # of the pointer in one drag
PEER: Final = "/static/bench-peer.html"

_RECORD = """
window.frames_ms = []; let last = 0;
const step = now => { if (last) window.frames_ms.push(now - last); last = now; requestAnimationFrame(step); };
requestAnimationFrame(step);
"""
_WATCH = """
new MutationObserver(() => {
  if (!window.ready_ms && document.querySelector('[data-ready="true"]')) window.ready_ms = performance.now();
}).observe(document, {subtree: true, attributes: true, childList: true});
"""
_PEER = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/static/dist/one-map.css">
<body style="margin:0"><div id="map" style="position:absolute;inset:0"></div><script type="module">
import {MapLibre} from "/static/dist/maplibre.js";
const source = {type: "geojson", data: "/static/bench-points.geojson", __CLUSTER__};
const paint = {"circle-color": "#c25b4e", "circle-radius": ["case", ["has", "point_count"], 14, 4]};
const layers = [
  {id: "ground", type: "background", paint: {"background-color": "#eee"}},
  {id: "points", type: "circle", source: "points", paint},
];
const style = {version: 8, sources: {points: source}, layers};
const map = new MapLibre({container: "map", center: __CENTRE__, zoom: __ZOOM__, dragRotate: false, style});
map.once("idle", () => document.body.dataset.ready = "true");
</script>"""


@dataclass(frozen=True)
class Movement:
    """Frames while the map was dragged, and what the page's own thread did meanwhile."""

    frames_ms: tuple[float, ...]
    thread: Thread

    def told(self) -> str:
        """In words."""
        slow = sum(one > 50 for one in self.frames_ms)
        own = self.thread.tasks_ms
        return (
            f"{len(self.frames_ms)} frames, median {statistics.median(self.frames_ms):.0f} ms, longest "
            f"{max(self.frames_ms):.0f} ms, {100 * slow / len(self.frames_ms):.0f} % over 50 ms; the page's own work in them: "
            f"{sum(own) / len(self.frames_ms):.1f} ms a frame, longest task {max(own, default=0):.0f} ms, "
            f"{sum(one > 50 for one in own)} over 50 ms"
        )


@contextmanager
def chromium(url: str, session: str) -> "Iterator[BrowserContext]":
    """A new profile, whose caches are empty, signed in; without a graphics card, which this machine may have or not."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise Unavailable("Playwright is not installed (uv sync, which takes the tools of development, too)") from error
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise Unavailable("Chromium is not installed (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=path,
            locale="zh-CN",
            viewport={"width": SIZE[0], "height": SIZE[1]},
            args=[*FLAGS, *GRAPHICS],
        )
        context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
        context.add_init_script(_WATCH)
        yield context
        context.close()


def first_picture(context: "BrowserContext", address: str) -> "tuple[Page, float, float]":
    """The page, the seconds from its call to the first moment at which everything in view is drawn, and for how many of them its
    thread stood waiting for the processor that stands in for a graphics card.
    """
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    with watched(page) as thread:
        page.goto(address, timeout=WAIT_MS)
        try:
            page.wait_for_selector('[data-ready="true"]', state="attached", timeout=WAIT_MS)
        finally:
            if complaints:
                raise TocsinError(f"{address}: {complaints[0]}")
    return page, float(page.evaluate("window.ready_ms")) / 1000, thread.waited_ms / 1000


def drag(page: "Page") -> Movement:
    """Drags the map to and fro by hand, as far as half the screen, into what was not drawn before."""
    page.evaluate(_RECORD)
    middle = (SIZE[0] * 0.62, SIZE[1] * 0.45)
    with watched(page) as thread:
        for across, down in ((-420, 0), (0, -260), (420, 130), (-300, 200)):
            page.mouse.move(*middle)
            page.mouse.down()
            for step in range(1, STEPS + 1):
                page.mouse.move(middle[0] + across * step / STEPS, middle[1] + down * step / STEPS)
            page.mouse.up()
    return Movement(tuple(page.evaluate("window.frames_ms")), thread)


def lay_out_peer(
    context: "BrowserContext", url: str, points: str, *, centre: tuple[float, float], zoom: float, cluster: bool
) -> str:
    """The address of a page that draws the same points from one GeoJSON document with the same MapLibre, clustered by the browser
    or not at all: no ground, no catalogue, no rights.
    """
    page = _PEER.replace("__CENTRE__", str(list(centre))).replace("__ZOOM__", str(zoom))
    page = page.replace("__CLUSTER__", "cluster: true, clusterRadius: 60" if cluster else "")

    def answer(route: Any) -> None:
        if urlsplit(route.request.url).path == PEER:
            route.fulfill(body=page, content_type="text/html")
        else:
            route.fulfill(body=points, content_type="application/geo+json")

    context.route("**/static/bench-*", answer)
    return url + PEER
