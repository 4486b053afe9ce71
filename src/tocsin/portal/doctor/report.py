"""All looks in their order, and the report as people and programs read it."""

import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import metadata
from itertools import groupby
from pathlib import Path

import click
import msgspec

from tocsin.base.errors import TocsinError
from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.clock import look_at_clock
from tocsin.portal.doctor.database import look_at_database
from tocsin.portal.doctor.findings import Finding, Report, Verdict, worst
from tocsin.portal.doctor.folder import look_at_folder
from tocsin.portal.doctor.peers import look_at_bus, look_at_channels
from tocsin.portal.doctor.ports import look_at_ports
from tocsin.portal.doctor.proxy import look_at_proxy
from tocsin.portal.doctor.room import look_at_room
from tocsin.portal.doctor.versions import look_at_versions

log = logging.getLogger(__name__)

LOOKS: tuple[tuple[str, Callable[[Configuration], Iterator[Finding]]], ...] = (
    ("versions", look_at_versions),
    ("folder", look_at_folder),
    ("disk", look_at_room),
    ("clock", look_at_clock),
    ("ports", look_at_ports),
    ("database", look_at_database),
    ("bus", look_at_bus),
    ("channels", look_at_channels),
    ("proxy", look_at_proxy),
)
MARKS = {
    Verdict.GOOD: ("ok", "green"),
    Verdict.UNKNOWN: ("?", "cyan"),
    Verdict.WARNING: ("look", "yellow"),
    Verdict.BAD: ("BAD", "red"),
}


def examine() -> Report:
    """Every look, whatever another one found. Settings that can't be read are the one finding that hides the others."""
    try:
        configuration = Configuration.from_environment()
    except (ValueError, TocsinError) as error:
        found = (Finding("settings", "environment", Verdict.BAD, str(error), "mend that variable (docs/settings.md)"),)
        return _report(found, Path(os.environ.get("TOCSIN_DATA", "data")))
    good = Finding("settings", "environment", Verdict.GOOD, "every variable can be read")
    return _report((good, *(one for area, look in LOOKS for one in _findings(area, look, configuration))), configuration.data)


def _findings(area: str, look: Callable[[Configuration], Iterator[Finding]], configuration: Configuration) -> Iterator[Finding]:
    """What one look finds; one that itself breaks is a finding, too, so that the others are still read."""
    try:
        yield from look(configuration)
    except Exception as error:  # what a sick machine raises is what this command is there to tell
        log.debug("the look at %s failed", area, exc_info=True)
        mend = "mend what it says; if that is unclear, send this line to those who gave you Tocsin"
        yield Finding(area, "this look", Verdict.BAD, f"failed: {type(error).__name__}: {error}", mend)


def _report(findings: tuple[Finding, ...], data: Path) -> Report:
    return Report(metadata.version("tocsin"), str(data), worst(findings), findings)


def as_json(report: Report) -> str:
    """One object, indented."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def as_text(report: Report) -> Iterator[str]:
    """Lines for a terminal: areas as headings, below each what was found and how it is mended."""
    yield f"Tocsin {report.version}, data folder {report.data}"
    for area, findings in groupby(report.findings, key=lambda one: one.area):
        yield f"\n{area}"
        for one in findings:
            mark, colour = MARKS[one.verdict]
            yield f"  {click.style(f'{mark:<5}', fg=colour, bold=one.verdict is Verdict.BAD)}{one.name}: {one.text}"
            if one.mend:
                yield f"         → {one.mend}"
    counts = Counter(one.verdict for one in report.findings)
    words = {Verdict.BAD: "bad", Verdict.WARNING: "to look at", Verdict.UNKNOWN: "not known", Verdict.GOOD: "ok"}
    yield "\n" + ", ".join(f"{counts[verdict]} {word}" for verdict, word in words.items())
