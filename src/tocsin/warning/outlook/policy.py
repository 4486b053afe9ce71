"""Reads `hazard_chains.toml`: links between hazards, people by use, how nets are closed off; refusing what it does not know."""

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.base.policy import PolicyFile
from tocsin.base.quantities import QUANTITIES
from tocsin.engine.cascade.model import SPREADS, CordonRule, Link, Rules, Signal, Start
from tocsin.engine.features import LINE_KINDS, POINT_KINDS
from tocsin.engine.isolation import Utility
from tocsin.lifelines.policy import MEDIA
from tocsin.warning.causes.policy.causes import Sentence, shipped_templates

HAZARDS_FILE = Path(__file__).parent / "hazard_chains.toml"

_FIGURES = {"day_from_h", "day_until_h", "local_time_offset_h", "least_probability", "ring_share"}
_COUNTS = {"most_steps", "most_places"}
_TABLES = {
    "passers_by",
    "named",
    "most_shown",
    "people",
    "levels",
    "cordon",
    "utility",
    "cause",
    "close",
    "event",
    "signal",
    "link",
}
_LINK_NEEDED = {"id", "trigger", "effect", "words", "next", "spread", "signals", "confidence", "source"}
_LINK_FIGURES = {"lag_min_h", "lag_max_h", "dist_max_m", "p0", "radius_m", "harm"}
_LINK_LISTS = {"at", "into", "uses", "utilities"}
_KINDS = (*POINT_KINDS, *LINE_KINDS)


@dataclass(frozen=True, eq=False)
class Hazards:
    """The engine's `rules` with their words. `close`: by cause the utility whose valves are closed. `sources`: by link its
    confidence and source.
    """

    rules: Rules
    close: Mapping[str, str]
    most_shown: int
    events: Mapping[str, Sentence]
    signals: Mapping[str, Sentence]
    links: Mapping[str, Sentence]
    sources: Mapping[str, tuple[str, str]]


def shipped_hazards() -> Hazards:
    """The links that come with this version, read once."""
    return HAZARDS.shipped


def read_hazards(data: Mapping[str, Any], file: str) -> Hazards:
    """Links of parsed TOML; InvalidInput names file, table and key. `file` is only for error texts."""
    _exactly(data, _FIGURES | _COUNTS | _TABLES, f"{file}: the top")
    events = {name: _sentence(table, f"{file}: event {name}") for name, table in data["event"].items()}
    signals = {name: _read_signal(name, table, f"{file}: signal {name}") for name, table in data["signal"].items()}
    utilities = {name: _read_utility(name, table, f"{file}: utility {name}") for name, table in data["utility"].items()}
    links = {}
    for table in data["link"]:
        link = _read_link(table, events, signals, utilities, f"{file}: link {table.get('id', '?')}")
        if link.id in links:
            raise InvalidInput(f"{file}: link {link.id} is given twice")
        links[link.id] = link
    for link in links.values():
        _known(link.following, links, f"{file}: link {link.id}: next")
    causes = {template.cause for template in shipped_templates().causes} | {"unknown"}
    _exactly(data["cause"], causes, f"{file}: cause")
    for cause, utility in data["close"].items():
        _known([cause], causes, f"{file}: close")
        _known([utility], utilities, f"{file}: close: {cause}")
    figures: dict[str, Any] = {name: float(data[name]) for name in _FIGURES}
    figures |= {name: int(data[name]) for name in _COUNTS}
    _exactly(data["levels"], {level.name.lower() for level in AlarmLevel if level}, f"{file}: levels")
    rules = Rules(
        links=links,
        starts={
            cause: tuple(_read_start(one, events, f"{file}: cause {cause}") for one in data["cause"][cause]) for cause in causes
        },
        media=MEDIA.current(),
        utilities=utilities,
        people={use: (float(counts[0]), float(counts[1])) for use, counts in data["people"].items()},
        passers_by=(float(data["passers_by"][0]), float(data["passers_by"][1])),
        named=tuple(data["named"]),
        cordons=tuple(_read_cordon(table, file) for table in data["cordon"]),
        levels=tuple((int(AlarmLevel[name.upper()]), float(least)) for name, least in data["levels"].items()),
        **figures,
    )
    return Hazards(
        rules=rules,
        close=dict(data["close"]),
        most_shown=int(data["most_shown"]),
        events=events,
        signals={name: _sentence(table, f"{file}: signal {name}") for name, table in data["signal"].items()},
        links={table["id"]: _sentence(table["words"], f"{file}: link {table['id']}") for table in data["link"]},
        sources={table["id"]: (str(table["confidence"]), str(table["source"])) for table in data["link"]},
    )


def _read_link(
    table: Mapping[str, Any],
    events: Mapping[str, Sentence],
    signals: Mapping[str, Signal],
    utilities: Mapping[str, Utility],
    where: str,
) -> Link:
    _exactly(table, _LINK_NEEDED | _LINK_FIGURES, where, also=_LINK_LISTS | {"medium"})
    spread, medium = str(table["spread"]), str(table.get("medium", ""))
    _known([spread], SPREADS, f"{where}: spread")
    _known([table["trigger"], table["effect"]], events, f"{where}: events")
    _known(table["signals"], signals, f"{where}: signals")
    _known([*table.get("at", ()), *table.get("into", ())], _KINDS, f"{where}: kinds")
    wanted: Collection[str] = {"along": MEDIA.current(), "fed": utilities}.get(spread, ("",))
    _known([medium], wanted, f"{where}: medium of a link whose spread is {spread}")
    figures: dict[str, Any] = {name: float(table[name]) for name in _LINK_FIGURES}
    figures |= {name: tuple(table.get(name, ())) for name in _LINK_LISTS}
    if not (0 <= figures["p0"] <= 1 and 0 <= figures["harm"] <= 1 and 0 <= figures["lag_min_h"] < figures["lag_max_h"]):
        raise InvalidInput(f"{where}: p0 and harm are shares from 0 to 1, and lag_min_h is below lag_max_h")
    return Link(
        id=str(table["id"]),
        trigger=str(table["trigger"]),
        effect=str(table["effect"]),
        following=tuple(table["next"]),
        signals=tuple(signals[name] for name in table["signals"]),
        spread=spread,
        medium=medium,
        **figures,
    )


def _read_signal(name: str, table: Mapping[str, Any], where: str) -> Signal:
    _exactly(table, {"quantity", "least", "weight", "en", "zh"}, where)
    _known([table["quantity"]], ("", *QUANTITIES), f"{where}: quantity")
    return Signal(name, str(table["quantity"]), float(table["least"]), float(table["weight"]))


def _read_utility(name: str, table: Mapping[str, Any], where: str) -> Utility:
    lists = {"lines", "sources", "closing"}
    _exactly(table, lists | {"service_m"}, where, also={"customers"})
    kinds = {key: tuple(table[key]) for key in table if key != "service_m"}
    _known([kind for given in kinds.values() for kind in given], _KINDS, where)
    return Utility(name=name, service_m=float(table["service_m"]), **kinds)


def _read_start(table: Mapping[str, Any], events: Mapping[str, Sentence], where: str) -> Start:
    _exactly(table, {"event", "at", "share"}, where, also={"quantities"})
    _known([table["event"]], events, f"{where}: event")
    _known([table["at"]], ("place", "asked"), f"{where}: at")
    quantities = tuple(table.get("quantities", ()))
    _known(quantities, QUANTITIES, f"{where}: quantities")
    return Start(str(table["event"]), str(table["at"]), float(table["share"]), quantities)


def _read_cordon(table: Mapping[str, Any], file: str) -> CordonRule:
    _exactly(table, {"least_pct_lel", "radius_m", "evacuate"}, f"{file}: cordon")
    return CordonRule(float(table["least_pct_lel"]), float(table["radius_m"]), bool(table["evacuate"]))


def _sentence(table: Mapping[str, Any], where: str) -> Sentence:
    try:
        return Sentence({"en": str(table["en"]), "zh": str(table["zh"])})
    except KeyError as missing:
        raise InvalidInput(f"{where}: the language {missing.args[0]} is missing") from None


def _exactly(table: Mapping[str, Any], needed: set[str], where: str, *, also: Collection[str] = ()) -> None:
    """Refuses unknown and missing keys; those in `also` may be left out."""
    unknown, missing = set(table) - needed - set(also), needed - set(table)
    if unknown:
        raise InvalidInput(f"{where}: unknown {', '.join(sorted(unknown))}; known are {', '.join(sorted(needed | set(also)))}")
    if missing:
        raise InvalidInput(f"{where}: {', '.join(sorted(missing))} missing")


def _known(given: Collection[str], known: Collection[str], where: str) -> None:
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise InvalidInput(f"{where}: unknown {', '.join(map(repr, unknown))}; known are {', '.join(sorted(known))}")


def _read(text: bytes, source: str) -> Hazards:
    return read_hazards(tomllib.loads(text.decode()), source)


HAZARDS = PolicyFile("warning.hazards", HAZARDS_FILE, _read, "耦合风险链", "Hazard chains and isolation", uses=(MEDIA,))
