"""`platforms.toml` in the data folder: platforms that are joined by configuration, with no secret in it.

[ecology]
platform = "ecology"
level = "province"
region = "370213"
way = "pull"
url = "https://ecology.example/records?after=$cursor"
headers = { Authorization = "Bearer $secret" }
secret_env = "TOCSIN_ECOLOGY_SECRET"
every_s = 300
form = "json"
rows = "data.items"
cursor = "next"
fields = { firm = "creditCode", at = "time", value = "flow", source = "=emission_monitor", unit = "=Nm3/h" }
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from django.conf import settings

from tocsin.base.decoding import convert
from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.duty.shift import Sign
from tocsin.engine.work.firm import Source
from tocsin.federation.rules.records import RecordMapping

FILE = "platforms.toml"
SHIPPED = Path(__file__).with_name("policy.toml")
NEEDED = {
    "evidence": ("firm", "at", "value", "source"),
    "signs": ("firm", "person", "at", "value", "source"),
    "weather": ("at", "value"),  # `value` is the temperature
}
KNOWN = {
    "evidence": (*NEEDED["evidence"], "unit", "origin"),
    "signs": NEEDED["signs"],
    "weather": (*NEEDED["weather"], "place", "irradiance"),
}
SOURCES: dict[str, tuple[str, ...]] = {"evidence": tuple(Source), "signs": tuple(Sign)}


class Lateness(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a platform counts as late and as dead, where its own settings say nothing else; how long its tallies are kept; at
    which inner addresses or networks platforms that were entered by page may be asked.
    """

    late_h: float
    dead_h: float
    tally_days: int
    inner: tuple[str, ...]


def _leads_nowhere_home(policy: Lateness, source: str) -> None:
    """This machine itself and link-local addresses are never asked."""
    for one in policy.inner:
        try:
            network = ip_network(one)
        except ValueError:
            continue  # a name, which is looked up when it is asked
        if network.is_loopback or network.is_link_local:
            raise ValueError(f"{source}: inner names {one}: this machine itself and link-local addresses are never asked")


LATENESS = PolicyFile(
    "supervision.platforms", SHIPPED, reader(Lateness, _leads_nowhere_home), "平台时效", "Lateness of platforms"
)


def usual_lateness() -> Lateness:
    """The policy in force."""
    return LATENESS.current()


class Platform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One joined platform. `kind`: records on whether firms work, signs of people on post, or
    the weather of hours, whose `places` name the region of each station. `way`: `pull` asks an address,
    `folder` takes files laid into `platforms/<name>/in`, `bus` reads what is published on a subject of the bus. A platform that
    pushes needs no entry: it uses the API.
    """

    platform: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    level: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    region: Annotated[str, msgspec.Meta(pattern=r"^\d{6}$")]
    way: Literal["pull", "folder", "bus"]
    fields: dict[str, str]
    kind: Literal["evidence", "signs", "weather"] = "evidence"
    name: str = ""
    form: Literal["json", "ndjson", "csv"] = "json"
    rows: str = ""
    zone_h: float = 8.0
    words: dict[str, dict[str, float]] = {}
    url: str = ""
    headers: dict[str, str] = {}
    secret_env: str = ""
    every_s: Annotated[float, msgspec.Meta(ge=5)] = 300.0
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=120)] = 20.0
    cursor: str = ""  # path in the answer of what `$cursor` becomes in the next request
    private: tuple[str, ...] = ()  # inner addresses or networks that may be asked
    certificates: str = ""
    subject: str = ""  # of the bus, below `platforms.`
    places: dict[str, Annotated[str, msgspec.Meta(pattern=r"^\d{6}$")]] = {}
    late_h: Annotated[float, msgspec.Meta(gt=0)] | None = None  # nothing new for so long is late; None: as policy says
    dead_h: Annotated[float, msgspec.Meta(gt=0)] | None = None

    @property
    def lateness(self) -> tuple[float, float]:
        """Hours without anything new after which it is late, and dead."""
        usual = usual_lateness()
        return self.late_h or usual.late_h, self.dead_h or usual.dead_h

    def mapping_of(self, form: str) -> RecordMapping:
        """How its rows become records, from a file or message of that form."""
        return RecordMapping(form, self.fields, self.rows, self.zone_h, self.words)


def platforms_file() -> Path:
    """Where the settings stand."""
    return settings.CONFIGURATION.data / FILE


@dataclass(frozen=True)
class WrongTable:
    """A table of the settings that can't be used. `region` as far as the table tells one; `name` is empty for the whole file."""

    name: str
    region: str
    problem: str

    def __str__(self) -> str:
        return f"[{self.name}]: {self.problem}" if self.name else self.problem


@dataclass(frozen=True)
class Settings:
    """The tables that can be used, by name, and those that can't: one wrong table stops no other platform."""

    found: dict[str, Platform]
    wrong: tuple[WrongTable, ...]


def settings_of_file() -> Settings:
    """The settings as the file stands now; without a file nothing is joined by it."""
    path = platforms_file()
    return _read(path, path.stat().st_mtime_ns) if path.exists() else Settings({}, ())


@cache
def _read(path: Path, changed_ns: int) -> Settings:
    return read_platforms(path.read_bytes())


def read_platforms(text: bytes) -> Settings:
    """The platforms of a TOML text; what is wrong names the table and the key."""
    try:
        tables = msgspec.toml.decode(text, type=dict[str, dict[str, object]])
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        return Settings({}, (WrongTable("", "", str(error)),))
    found, wrong = {}, []
    for name, table in tables.items():
        one = read_table(name, table)
        if isinstance(one, WrongTable):
            wrong.append(one)
        else:
            found[name] = one
    return Settings(found, tuple(wrong))


def read_table(name: str, table: Mapping[str, object]) -> Platform | WrongTable:
    """One table of the settings, or what is wrong with it."""
    try:
        one = convert(table, Platform)
        problem = _problem(name, one)
    except msgspec.ValidationError as error:
        problem = str(error)
    else:
        if not problem:
            return one
    return WrongTable(name, str(table.get("region", "")), problem)


def _problem(name: str, platform: Platform) -> str:
    if not name.replace("-", "").replace("_", "").isalnum() or len(name) > 60:
        return "the name may hold letters, digits, - and _"
    if missing := [field for field in NEEDED[platform.kind] if field not in platform.fields]:
        return f"fields lacks {', '.join(missing)}"
    if unknown := sorted(set(platform.fields) - set(KNOWN[platform.kind])):
        return f"fields has the unknown {unknown[0]!r}; known are {', '.join(KNOWN[platform.kind])}"
    source = platform.fields.get("source", "")
    if source.startswith("=") and source[1:] not in SOURCES[platform.kind]:
        return f"unknown source {source[1:]!r}; known are {', '.join(SOURCES[platform.kind])}"
    if platform.way == "pull" and not platform.url.startswith(("https://", "http://")):
        return "url must begin with https:// or http://"
    if platform.way == "bus" and not platform.subject:
        return "subject is missing"
    late_h, dead_h = platform.lateness
    if late_h >= dead_h:
        return "late_h must be less than dead_h"
    return ""
