"""`days.toml` as the engine's frozen figures of days and decisions; an unknown or missing key is refused with its name."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from tocsin.base.policy import PolicyFile, read_policy
from tocsin.engine.work.days.figures import DayFigures

FILE = Path(__file__).with_name("days.toml")


def day_figures() -> DayFigures:
    """The figures in force."""
    return DAYS.current()


def read_days(text: bytes, source: str) -> DayFigures:
    """The figures from a TOML text; ValueError names `source` and the key or source of evidence that is unknown or missing."""
    figures = read_policy(text, DayFigures, source)
    for name in sorted(set(figures.sources) ^ set(DayFigures().sources)):
        raise ValueError(f"{source}: {'unknown' if name in figures.sources else 'missing'} key `sources.{name}`")
    return replace(figures, sources=MappingProxyType(dict(figures.sources)))


DAYS = PolicyFile("supervision.days", FILE, read_days, "开工日判定", "Work days and decisions")
