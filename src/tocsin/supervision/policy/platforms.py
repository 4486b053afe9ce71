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

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from django.conf import settings

from tocsin.engine.duty import Sign
from tocsin.engine.work import Source
from tocsin.federation.records import RecordMapping

FILE = "platforms.toml"
NEEDED = {"evidence": ("firm", "at", "value", "source"), "signs": ("firm", "person", "at", "value", "source")}
KNOWN = {"evidence": (*NEEDED["evidence"], "unit", "origin"), "signs": NEEDED["signs"]}
SOURCES: dict[str, tuple[str, ...]] = {"evidence": tuple(Source), "signs": tuple(Sign)}


class Platform(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One joined platform. `kind`: records on whether firms work, or signs of people on post. `way`: `pull` asks an address,
    `folder` takes files laid into `platforms/<name>/in`, `bus` reads what is published on a subject of the bus. A platform that
    pushes needs no entry: it uses the API.
    """

    platform: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    level: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    region: Annotated[str, msgspec.Meta(pattern=r"^\d{6}$")]
    way: Literal["pull", "folder", "bus"]
    fields: dict[str, str]
    kind: Literal["evidence", "signs"] = "evidence"
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

    @property
    def mapping(self) -> RecordMapping:
        """How its rows become records."""
        return self.mapping_of(self.form)

    def mapping_of(self, form: str) -> RecordMapping:
        """The same of a file in another form."""
        return RecordMapping(form, self.fields, self.rows, self.zone_h, self.words)


def platforms_file() -> Path:
    """Where the settings stand."""
    return settings.CONFIGURATION.data / FILE


def platforms() -> dict[str, Platform]:
    """The joined platforms by name, as the file stands now; none without a file. ValueError names file, platform and key."""
    path = platforms_file()
    return _read(path, path.stat().st_mtime_ns) if path.exists() else {}


@cache
def _read(path: Path, changed_ns: int) -> dict[str, Platform]:
    return read_platforms(path.read_bytes(), str(path))


def read_platforms(text: bytes, source: str) -> dict[str, Platform]:
    """The platforms of a TOML text; ValueError names `source`, the platform and what is wrong."""
    try:
        tables = msgspec.toml.decode(text, type=dict[str, dict[str, object]])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{source}: {error}") from None
    found = {}
    for name, table in tables.items():
        try:
            found[name] = msgspec.convert(table, Platform)
        except msgspec.ValidationError as error:
            raise ValueError(f"{source}, [{name}]: {error}") from None
        if problem := _problem(name, found[name]):
            raise ValueError(f"{source}, [{name}]: {problem}")
    return found


def _problem(name: str, one: Platform) -> str:
    if not name.replace("-", "").replace("_", "").isalnum() or len(name) > 60:
        return "the name may hold letters, digits, - and _"
    if missing := [field for field in NEEDED[one.kind] if field not in one.fields]:
        return f"fields lacks {', '.join(missing)}"
    if unknown := sorted(set(one.fields) - set(KNOWN[one.kind])):
        return f"fields has the unknown {unknown[0]!r}; known are {', '.join(KNOWN[one.kind])}"
    source = one.fields["source"]
    if source.startswith("=") and source[1:] not in SOURCES[one.kind]:
        return f"unknown source {source[1:]!r}; known are {', '.join(SOURCES[one.kind])}"
    if one.way == "pull" and not one.url.startswith(("https://", "http://")):
        return "url must begin with https:// or http://"
    if one.way == "bus" and not one.subject:
        return "subject is missing"
    return ""
