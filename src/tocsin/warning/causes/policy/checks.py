"""Reads `checks.toml`: what can be measured or asked, what each outcome says of the causes, and how findings teach; refusing
what it does not know.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from tocsin.base.errors import InvalidInput
from tocsin.base.policy import PolicyFile
from tocsin.base.quantities import QUANTITIES, Quantity
from tocsin.engine.diagnosis.answers import OTHER
from tocsin.engine.diagnosis.deciding import Check, Travel
from tocsin.engine.diagnosis.learning import Learning
from tocsin.warning.causes.policy.causes import Sentence, shipped_templates, shipped_words

CHECKS_FILE = Path(__file__).parent / "checks.toml"
PLACES = ("", "asked", "suspected", "upstream", "downstream")

_TOP_KEYS = {"least_bits", "most_shown", "travel", "learning", "rates", "quantity", "check"}
_QUANTITY_KEYS = {"en", "zh", "unit", "low", "high", "units"}
_NEEDED = {"id", "who", "minutes", "no_answer", "source", "ask", "instrument", "outcomes", "given"}
_KNOWN = _NEEDED | {"quantity", "at", "of", "asks", "answered_by", "reach_m"}
_OUTCOME_KEYS = {"id", "from", "en", "zh"}


@dataclass(frozen=True)
class Outcome:
    """One outcome in words. `least`: measured values from here on (canonical unit) belong to it, -inf for the last one."""

    id: str
    label: Sentence
    least: float


@dataclass(frozen=True)
class CheckCard:
    """A check as people see it around the engine's `check`.

    `quantity` is what is measured ("" for a question or an observation), `who` the code of the body that does it ("" = the owner
    of the place that rings).
    """

    check: Check
    quantity: Quantity | None
    who: str
    ask: Sentence
    instrument: Sentence
    outcomes: tuple[Outcome, ...]
    source: str

    @property
    def by_telephone(self) -> bool:
        """Asked, not gone to."""
        return not self.check.at

    @property
    def units(self) -> tuple[str, ...]:
        """Units in which a value may be given, the canonical one first."""
        return () if self.quantity is None else (self.quantity.unit, *self.quantity.conversions)

    def outcome(self, code: str) -> Outcome:
        """The outcome of that code; KeyError where there is none."""
        for one in self.outcomes:
            if one.id == code:
                return one
        raise KeyError(code)

    def outcome_of(self, value: float) -> str:
        """To which outcome a value in the canonical unit belongs."""
        return next(one.id for one in self.outcomes if value >= one.least)


@dataclass(frozen=True)
class Checks:
    """All checks and the figures around them. `quantities` are those that only crews measure, with their names in words."""

    cards: Mapping[str, CheckCard]
    least_bits: float
    most_shown: int
    travel: Travel
    on_site_hours: float
    learning: Learning
    few: int
    quantity_names: Mapping[str, Sentence]


def shipped_checks() -> Checks:
    """The checks that come with this version, read once."""
    return CHECKS.shipped


def read_checks(data: Mapping[str, Any], file: str) -> Checks:
    """Checks of parsed TOML; InvalidInput names file, check and key. `file` is only for error texts."""
    _refuse_unknown(data, _TOP_KEYS, f"{file}: the top")
    own = {name: _read_quantity(name, table, file) for name, table in data["quantity"].items()}
    cards = [_read_check(table, own, file) for table in data["check"]]
    if len({card.check.id for card in cards}) < len(cards):
        raise InvalidInput(f"{file}: a check is given twice")
    travel, learning = data["travel"], data["learning"]
    _refuse_unknown(travel, {"start_minutes", "minutes_per_100_m", "on_site_hours"}, f"{file}: travel")
    _refuse_unknown(learning, set(Learning.__dataclass_fields__), f"{file}: learning")
    _refuse_unknown(data["rates"], {"few"}, f"{file}: rates")
    return Checks(
        cards={card.check.id: card for card in cards},
        least_bits=float(data["least_bits"]),
        most_shown=int(data["most_shown"]),
        travel=Travel(float(travel["start_minutes"]), float(travel["minutes_per_100_m"])),
        on_site_hours=float(travel["on_site_hours"]),
        learning=Learning(**{name: float(value) for name, value in learning.items()}),
        few=int(data["rates"]["few"]),
        quantity_names={name: _sentence(table, f"{file}: quantity {name}") for name, table in data["quantity"].items()},
    )


def _read_quantity(name: str, table: Mapping[str, Any], file: str) -> Quantity:
    _refuse_unknown(table, _QUANTITY_KEYS, f"{file}: quantity {name}")
    conversions = {unit: _times(float(factor)) for unit, factor in table["units"].items()}
    return Quantity(name, str(table["unit"]), float(table["low"]), float(table["high"]), 0.0, conversions)


def _times(factor: float) -> Any:
    return lambda value: value * factor


def _read_check(table: Mapping[str, Any], own: Mapping[str, Quantity], file: str) -> CheckCard:
    where = f"{file}: check {table.get('id', '?')}"
    _refuse_unknown(table, _KNOWN, where)
    missing = _NEEDED - set(table)
    if missing:
        raise InvalidInput(f"{where}: {', '.join(sorted(missing))} missing")
    at, of = str(table.get("at", "")), tuple(table.get("of", ()))
    if at not in PLACES:
        raise InvalidInput(f"{where}: at is {at!r}; known are {', '.join(PLACES[1:])}, or none for a telephone")
    if bool(of) is not (at in PLACES[2:]):
        raise InvalidInput(f"{where}: `of` names the causes whose place is sought, and is for {', '.join(PLACES[2:])} only")
    quantity = _quantity(str(table.get("quantity", "")), own, where)
    outcomes = _read_outcomes(table["outcomes"], quantity, where)
    no_answer = float(table["no_answer"])
    if not 0 <= no_answer < 1:
        raise InvalidInput(f"{where}: no_answer is a share from 0 to below 1, not {no_answer}")
    if float(table["minutes"]) <= 0:
        raise InvalidInput(f"{where}: minutes must be above 0")
    if table["who"] and table["who"] not in shipped_words().owners:
        raise InvalidInput(f"{where}: unknown body {table['who']!r}; known are {', '.join(sorted(shipped_words().owners))}")
    _known_causes(of, where)
    check = Check(
        id=str(table["id"]),
        at=at,
        of=of,
        asks=tuple(table.get("asks", ())),
        answered_by=tuple(table.get("answered_by", ())),
        minutes=float(table["minutes"]),
        reach_m=float(table.get("reach_m", 0.0)),
        no_answer=no_answer,
        outcomes=tuple(one.id for one in outcomes),
        given=_read_given(table["given"], len(outcomes), where),
    )
    ask, instrument = _sentence(table["ask"], where), _sentence(table["instrument"], where)
    return CheckCard(check, quantity, str(table["who"]), ask, instrument, outcomes, str(table["source"]))


def _quantity(name: str, own: Mapping[str, Quantity], where: str) -> Quantity | None:
    known = {**QUANTITIES, **own}
    if name and name not in known:
        raise InvalidInput(f"{where}: unknown quantity {name!r}; known are {', '.join(sorted(known))}")
    return known.get(name)


def _read_outcomes(tables: Sequence[Mapping[str, Any]], quantity: Quantity | None, where: str) -> tuple[Outcome, ...]:
    found = []
    for table in tables:
        _refuse_unknown(table, _OUTCOME_KEYS, f"{where}: outcomes")
        found.append(Outcome(str(table["id"]), _sentence(table, where), float(table.get("from", -math.inf))))
    least = [one.least for one in found]
    falling = all(higher > lower for higher, lower in pairwise(least)) and least[-1] == -math.inf
    if quantity is not None and not falling:
        raise InvalidInput(f"{where}: a measured outcome has `from`, highest first, and the last has none")
    if quantity is None and any(limit > -math.inf for limit in least):
        raise InvalidInput(f"{where}: `from` needs a quantity")
    if len(found) < 2 or len({one.id for one in found}) < len(found):
        raise InvalidInput(f"{where}: at least two different outcomes are needed")
    return tuple(found)


def _read_given(table: Mapping[str, Sequence[float]], count: int, where: str) -> dict[str, tuple[float, ...]]:
    if OTHER not in table:
        raise InvalidInput(f"{where}: the row `{OTHER}` is missing")
    _known_causes([cause for cause in table if cause != OTHER], where)
    rows = {cause: tuple(float(share) for share in row) for cause, row in table.items()}
    for cause, row in rows.items():
        if len(row) != count or min(row) <= 0 or abs(sum(row) - 1) > 1e-6:
            raise InvalidInput(f"{where}: given {cause} needs {count} shares above 0 that sum to 1, not {list(row)}")
    return rows


def _known_causes(causes: Sequence[str], where: str) -> None:
    known = {template.cause for template in shipped_templates().causes}
    unknown = [cause for cause in causes if cause not in known]
    if unknown:
        raise InvalidInput(f"{where}: unknown cause {', '.join(unknown)}; known are {', '.join(sorted(known))}")


def _sentence(table: Mapping[str, Any], where: str) -> Sentence:
    try:
        return Sentence({"en": str(table["en"]), "zh": str(table["zh"])})
    except KeyError as missing:
        raise InvalidInput(f"{where}: the language {missing.args[0]} is missing") from None


def _refuse_unknown(table: Mapping[str, Any], known: set[str], where: str) -> None:
    unknown = set(table) - known
    if unknown:
        raise InvalidInput(f"{where}: unknown {', '.join(sorted(unknown))}; known are {', '.join(sorted(known))}")


def _read(text: bytes, source: str) -> Checks:
    return read_checks(tomllib.loads(text.decode()), source)


CHECKS = PolicyFile("warning.checks", CHECKS_FILE, _read, "判别检查与学习", "Deciding checks and learning")
