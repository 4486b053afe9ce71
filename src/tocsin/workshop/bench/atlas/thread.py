"""What a page's own thread does: its tasks, and its waits for graphics."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

CATEGORIES: Final = ("toplevel", "gpu", "devtools.timeline")
WAITS: Final = ("CommandBuffer", "GpuChannelHost", "WaitForCmd", "ReadbackImagePixels")
"""Parts of the names of Chromium's spans in which a page's thread stands until graphics have answered."""
SETTLE_MS: Final = 50

type Span = tuple[float, float]
"""Beginning and end, microseconds."""


@dataclass
class Thread:
    """Milliseconds of each task without its waits, and of all waits together."""

    tasks_ms: list[float] = field(default_factory=list)
    waited_ms: float = 0.0


@contextmanager
def watched(page: "Page") -> "Iterator[Thread]":
    """Its thread while the block runs; the figures are there when the block has ended."""
    asked = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    ended: list[bool] = []
    asked.on("Tracing.dataCollected", lambda told: events.extend(told["value"]))
    asked.on("Tracing.tracingComplete", lambda _told: ended.append(True))
    asked.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": list(CATEGORIES)}})
    thread = Thread()
    yield thread
    asked.send("Tracing.end")
    while not ended:
        page.wait_for_timeout(SETTLE_MS)
    asked.detach()
    _read(events, thread)


def _read(events: list[dict[str, Any]], thread: Thread) -> None:
    """Fills in the figures of the thread that drew the page: of the renderers' main threads the one with most tasks."""
    mains = {
        (one["pid"], one["tid"]) for one in events if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    spans: dict[tuple[int, int], list[dict[str, Any]]] = {key: [] for key in mains}
    for one in events:
        if one.get("ph") == "X" and (found := spans.get((one["pid"], one["tid"]))) is not None:
            found.append(one)
    own = max(spans.values(), key=len, default=[])
    tasks = _merged([_span(one) for one in own if one["name"].endswith("RunTask")])
    waits = _merged([_span(one) for one in own if any(words in one["name"] for words in WAITS)])
    thread.waited_ms = sum(end - begin for begin, end in waits) / 1000
    for begin, end in tasks:
        waited = sum(min(end, other) - max(begin, one) for one, other in waits if one < end and other > begin)
        thread.tasks_ms.append((end - begin - waited) / 1000)


def _span(event: dict[str, Any]) -> Span:
    return event["ts"], event["ts"] + event.get("dur", 0.0)


def _merged(spans: list[Span]) -> list[Span]:
    """Spans that lie in or over one another as one."""
    found: list[Span] = []
    for begin, end in sorted(spans):
        if found and begin < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found
