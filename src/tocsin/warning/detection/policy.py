"""Reads detection profiles from a policy file into the engine's, refusing what it does not know."""

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.base.policy import PolicyFile
from tocsin.base.quantities import QUANTITIES
from tocsin.engine.detection.catalogue import RULES
from tocsin.engine.detection.profiles import Profile
from tocsin.engine.detection.rule import Rule, Settings
from tocsin.engine.detectors.levels import Level
from tocsin.engine.detectors.out_of_range import OutOfRange

SHIPPED_FILE = Path(__file__).parent / "policy.toml"
DEFAULT = "default"

_RULES: Mapping[str, Rule] = {rule.name: rule for rule in RULES}
_TOP_KEYS = ("every", "profile")
_PROFILE_KEYS = ("quantity", "unit", "latch", *_RULES)
_LEVELS = {level.name.lower(): level for level in AlarmLevel if level}


@dataclass(frozen=True)
class Profiles:
    """All profiles of a policy file, in its order, by name."""

    by_name: Mapping[str, Profile]

    def for_quantity(self, quantity: str) -> Profile | None:
        """The first profile of that quantity, else the one named `default`, else None."""
        named = (profile for profile in self.by_name.values() if profile.quantity == quantity)
        return next(named, self.by_name.get(DEFAULT))

    def of_sensor(self, name: str, quantity: str) -> Profile | None:
        """The profile that the sensor names, if there is one of that name, else that of its quantity."""
        return self.by_name.get(name) or self.for_quantity(quantity)

    def named(self, name: str) -> Profile:
        """The profile of that name; InvalidInput names the known ones."""
        if name not in self.by_name:
            raise InvalidInput(f"there is no profile {name!r}; known are {', '.join(self.by_name)}")
        return self.by_name[name]


def load_profiles(path: Path | None = None, *, region: str = "") -> Profiles:
    """The profiles of a policy file, or those in force in a region; InvalidInput says which key of which table can't be used, and
    why.
    """
    if path is None:
        return DETECTION.current(region=region)
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} can't be read: {error.strerror}") from None
    return read_profiles(text, str(path))


def read_profiles(text: bytes, path: str) -> Profiles:
    """The profiles of a TOML text; InvalidInput as above, with `path` for its source."""
    try:
        content = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is not valid TOML: {error}") from None
    _refuse_unknown(content, _TOP_KEYS, path)
    every = _table(content.get("every", {}), f"{path}, [every]")
    _refuse_unknown(every, _RULES, f"{path}, [every]")
    shared = _rules(every, f"{path}, [every")
    tables = _table(content.get("profile", {}), f"{path}, [profile]")
    if not tables:
        raise InvalidInput(f"{path} has no [profile.<name>] table")
    return Profiles({name: _profile(name, table, shared, path) for name, table in tables.items()})


DETECTION = PolicyFile(
    "warning.detection", SHIPPED_FILE, read_profiles, "检测限值", "Detection profiles, limits and holds", regions=True
)


def _profile(name: str, table: Any, shared: Mapping[str, tuple[Settings, ...]], path: str) -> Profile:
    where = f"{path}, [profile.{name}"
    content = _table(table, where + "]")
    _refuse_unknown(content, _PROFILE_KEYS, where + "]")
    quantity, unit, latch = content.get("quantity", ""), content.get("unit", ""), content.get("latch", False)
    if not isinstance(latch, bool):
        raise InvalidInput(f"{where}]: latch must be true or false")
    if quantity and quantity not in QUANTITIES:
        raise InvalidInput(f"{where}]: unknown quantity {quantity!r}; known are {', '.join(QUANTITIES)}")
    if quantity and unit not in ("", QUANTITIES[quantity].unit):
        raise InvalidInput(f"{where}]: the figures must be in {QUANTITIES[quantity].unit}, not in {unit}")
    rules = {**_physical_range(quantity), **shared, **_rules(content, where)}
    try:
        profile = Profile(name, quantity, unit, latch, rules)
    except ValueError as error:
        raise InvalidInput(f"{where}]: {error}") from None
    for side, sign in (("high", 1.0), ("low", -1.0)):
        limits = [sign * level.limit for level in getattr(profile, side)]
        if limits != sorted(limits):
            raise InvalidInput(f"{where}.{side}]: a more severe level has a limit nearer to the normal band")
    return profile


def _physical_range(quantity: str) -> dict[str, tuple[Settings, ...]]:
    """What every profile of a quantity has, unless it names a range of its own."""
    if not quantity:
        return {}
    known = QUANTITIES[quantity]
    source = "physical range of the quantity"
    return {"range": (OutOfRange(low=known.low, high=known.high, hold_readings=2, source=source, confidence="B"),)}


def _rules(table: Mapping[str, Any], where: str) -> dict[str, tuple[Settings, ...]]:
    """By rule name its settings; `high` and `low` are arrays of tables, the others one table each."""
    rules = {}
    for name, rule in _RULES.items():
        if name not in table:
            continue
        place = f"{where}.{name}]"
        several = rule.settings is Level
        if isinstance(table[name], list) is not several:
            form = f"[{place.partition('[')[2]}"
            raise InvalidInput(
                f"{place}: write it as {'an array of tables, [' + form + ']' if several else 'one table, ' + form}"
            )
        rules[name] = tuple(_settings(rule, _table(one, place), place) for one in (table[name] if several else [table[name]]))
    return rules


def _settings(rule: Rule, table: Mapping[str, Any], where: str) -> Settings:
    fields = {field.name: field for field in dataclasses.fields(rule.settings)}
    _refuse_unknown(table, fields, where)
    missing = [name for name, field in fields.items() if field.default is dataclasses.MISSING and name not in table]
    if missing:
        raise InvalidInput(f"{where}: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing")
    values = {name: _value(name, fields[name].type, value, where) for name, value in table.items()}
    try:
        return rule.settings(**values)
    except ValueError as error:
        raise InvalidInput(f"{where}: {error}") from None


def _value(name: str, kind: Any, value: Any, where: str) -> Any:
    """The value as the settings' field wants it: a level by name, a number, a text, true or false."""
    if kind is AlarmLevel:
        if value not in _LEVELS:
            raise InvalidInput(f"{where}: {name} must be one of {', '.join(_LEVELS)}, not {value!r}")
        return _LEVELS[value]
    accepted = {float: (int, float), int: (int,), str: (str,), bool: (bool,)}[kind]
    if not isinstance(value, accepted) or (isinstance(value, bool) and kind is not bool):
        raise InvalidInput(f"{where}: {name} must be {_KINDS[kind]}, not {value!r}")
    return kind(value)


_KINDS = {float: "a number", int: "a whole number", str: "a text", bool: "true or false"}


def _table(value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise InvalidInput(f"{where} must be a table")
    return value


def _refuse_unknown(table: Iterable[str], known: Iterable[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise InvalidInput(f"{where}: unknown key {key!r}; known are {', '.join(known)}")
