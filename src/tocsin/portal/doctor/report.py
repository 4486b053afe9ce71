"""All looks in their order, and the report as people and programs read it."""

import logging
import os
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from importlib import metadata
from itertools import groupby
from pathlib import Path

import click
import msgspec

from tocsin.base.errors import InvalidInput, TocsinError
from tocsin.base.server_settings import FILE, entered_settings
from tocsin.portal.configuration import Configuration
from tocsin.portal.doctor.clock import look_at_clock
from tocsin.portal.doctor.database import look_at_database
from tocsin.portal.doctor.findings import Finding, Report, Verdict, worst
from tocsin.portal.doctor.folder import is_ours, look_at_folder
from tocsin.portal.doctor.peers import look_at_bus, look_at_channels
from tocsin.portal.doctor.ports import look_at_ports
from tocsin.portal.doctor.proxy import look_at_proxy
from tocsin.portal.doctor.room import look_at_room
from tocsin.portal.doctor.versions import look_at_versions
from tocsin.portal.doctor.words import pgettext
from tocsin.portal.doctor.words import told as _

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
COLOURS = {Verdict.GOOD: "green", Verdict.UNKNOWN: "cyan", Verdict.WARNING: "yellow", Verdict.BAD: "red"}
MARK_CELLS = 5  # of a terminal; a Chinese sign takes two


def examine() -> Report:
    """Every look, whatever another one found. Settings that can't be read are the one finding that hides the others."""
    try:
        configuration = Configuration.from_environment()
    except (ValueError, TocsinError) as error:
        found = (Finding("settings", "environment", Verdict.BAD, str(error), _("mend that variable (docs/settings.md)")),)
        return _report(found, Path(os.environ.get("TOCSIN_DATA", "data")))
    good = Finding("settings", "environment", Verdict.GOOD, _("every variable can be read"))
    entered = _entered(configuration)
    return _report(
        (good, *entered, *(one for area, look in LOOKS for one in _findings(area, look, configuration))), configuration.data
    )


def _entered(configuration: Configuration) -> Iterator[Finding]:
    """The settings that a page entered, where the data folder is this user's to read."""
    if not configuration.data.is_dir() or not is_ours(configuration.data):
        return
    try:
        names = list(entered_settings(configuration.data))
    except InvalidInput as error:
        yield Finding("settings", FILE, Verdict.BAD, str(error), _("until then what was entered by page counts for nothing"))
        return
    if names:
        listed = ", ".join(names)
        yield Finding("settings", FILE, Verdict.GOOD, _("entered on the page Server settings: %(names)s", names=listed))


def _findings(area: str, look: Callable[[Configuration], Iterator[Finding]], configuration: Configuration) -> Iterator[Finding]:
    """What one look finds; one that itself breaks is a finding, too, so that the others are still read."""
    try:
        yield from look(configuration)
    except Exception as error:  # what a sick machine raises is what this command is there to tell
        log.debug("the look at %s failed", area, exc_info=True)
        mend = _("mend what it says; if that is unclear, send this line to those who gave you Tocsin")
        text = _("failed: %(kind)s: %(why)s", kind=type(error).__name__, why=error)
        yield Finding(area, "this look", Verdict.BAD, text, mend)


def _report(findings: tuple[Finding, ...], data: Path) -> Report:
    return Report(metadata.version("tocsin"), str(data), worst(findings), findings)


def as_json(report: Report) -> str:
    """One object, indented."""
    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode()


def as_text(report: Report) -> Iterator[str]:
    """Lines for a terminal: areas as headings, below each what was found and how it is mended."""
    marks, areas, names = _marks(), _areas(), _names()
    yield _("Tocsin %(version)s, data folder %(path)s", version=report.version, path=report.data)
    for area, findings in groupby(report.findings, key=lambda one: one.area):
        yield f"\n{areas.get(area, area)}"
        for one in findings:
            mark = click.style(_padded(marks[one.verdict]), fg=COLOURS[one.verdict], bold=one.verdict is Verdict.BAD)
            yield f"  {mark}{one.title or names.get(one.name, one.name)}: {one.text}"
            if one.mend:
                yield f"         → {one.mend}"
    counts = Counter(one.verdict for one in report.findings)
    yield "\n" + _(
        "%(bad)s bad, %(warning)s to look at, %(unknown)s not known, %(good)s ok",
        bad=counts[Verdict.BAD],
        warning=counts[Verdict.WARNING],
        unknown=counts[Verdict.UNKNOWN],
        good=counts[Verdict.GOOD],
    )


def _padded(mark: str) -> str:
    cells = sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in mark)
    return mark + " " * (MARK_CELLS - cells)


def _marks() -> dict[Verdict, str]:
    return {
        Verdict.GOOD: pgettext("doctor", "ok"),
        Verdict.UNKNOWN: "?",
        Verdict.WARNING: pgettext("doctor", "look"),
        Verdict.BAD: pgettext("doctor", "BAD"),
    }


def _areas() -> dict[str, str]:
    return {
        "settings": pgettext("doctor", "settings"),
        "versions": pgettext("doctor", "versions"),
        "folder": pgettext("doctor", "folder"),
        "secrets": pgettext("doctor", "secrets"),
        "disk": pgettext("doctor", "disk"),
        "memory": pgettext("doctor", "memory"),
        "clock": pgettext("doctor", "clock"),
        "ports": pgettext("doctor", "ports"),
        "database": pgettext("doctor", "database"),
        "bus": pgettext("doctor", "bus"),
        "channels": pgettext("doctor", "channels"),
        "proxy": pgettext("doctor", "proxy"),
    }


def _names() -> dict[str, str]:
    """Names of things that are words; paths, hosts and programs are called the same everywhere."""
    return {
        "environment": pgettext("doctor", "environment"),
        "this look": pgettext("doctor", "this look"),
        "packages": pgettext("doctor", "packages"),
        "browser's half": pgettext("doctor", "browser's half"),
        "translations": pgettext("doctor", "translations"),
        "data": pgettext("doctor", "data"),
        "free": pgettext("doctor", "free"),
        "files": pgettext("doctor", "files"),
        "file system": pgettext("doctor", "file system"),
        "locks": pgettext("doctor", "locks"),
        "open files": pgettext("doctor", "open files"),
        "kept": pgettext("doctor", "kept"),
        "date": pgettext("doctor", "date"),
        "time zone": pgettext("doctor", "time zone"),
        "judging clock": pgettext("doctor", "judging clock"),
        "PostgreSQL's": pgettext("doctor", "PostgreSQL's"),
        "reached": pgettext("doctor", "reached"),
        "tables": pgettext("doctor", "tables"),
        "connections": pgettext("doctor", "connections"),
        "rights": pgettext("doctor", "rights"),
        "encoding": pgettext("doctor", "encoding"),
        "embedded": pgettext("doctor", "embedded"),
        "email": pgettext("doctor", "email"),
        "sms": pgettext("doctor", "sms"),
        "voice": pgettext("doctor", "voice"),
        "messenger": pgettext("doctor", "messenger"),
        "webhook": pgettext("doctor", "webhook"),
    }
