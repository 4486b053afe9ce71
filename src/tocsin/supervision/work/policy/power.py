"""`power.toml` as the engine's frozen figures of load and production; an unknown or missing key is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, read_policy
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.production.figures import ProductionFigures

FILE = Path(__file__).with_name("power.toml")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    load: LoadFigures
    production: ProductionFigures


def load_figures() -> LoadFigures:
    """The figures of the load in force."""
    return POWER.current()[0]


def production_figures() -> ProductionFigures:
    """The figures in force of production that should not be."""
    return POWER.current()[1]


def read_power(text: bytes, source: str) -> tuple[LoadFigures, ProductionFigures]:
    """Both from a TOML text; ValueError names `source` and the key that is unknown, missing or of another type."""
    file = read_policy(text, _File, source)
    return file.load, file.production


POWER = PolicyFile("supervision.power", FILE, read_power, "用电负荷", "Load and hidden production")
