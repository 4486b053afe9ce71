"""`superiors.toml` in the data folder: platforms of superior levels that take signed reports."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from django.conf import settings

from tocsin.base.decoding import prepared
from tocsin.command.reports.policy import report_policy
from tocsin.federation.services.outgoing import CONNECT_S
from tocsin.jurisdiction.areas.rules.codes import governs
from tocsin.notices.face import Taken

FILE = "superiors.toml"


LONGEST_NAME = 60


class Superior(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table. `echo`: where the answer names our digest or number; `exercises`: it takes reports of drills, marked as such."""

    to: str
    level: Literal["own", "county", "city", "province"]
    url: str
    secret_env: str
    region: str = "000000"
    headers: dict[str, str] = {}
    taken: Taken | None = None
    receipt: str = ""
    echo: str = ""
    timeout_s: float = 10.0
    certificates: str = ""
    exercises: bool = False

    def takes(self, *, to: str, level: str, region_code: str) -> bool:
        """Whether reports of that region to that body go there."""
        return (self.to, self.level) == (to, level) and governs(self.region, region_code)


def superiors_file() -> Path:
    """Where the settings stand."""
    return settings.CONFIGURATION.data / FILE


def superiors() -> Mapping[str, Superior]:
    """The platforms as the file stands now, read anew when it has changed; ValueError names the file and what is wrong."""
    path = superiors_file()
    return _read(path, path.stat().st_mtime_ns if path.exists() else 0)


@cache
def _read(path: Path, changed_ns: int) -> Mapping[str, Superior]:
    if not changed_ns:
        return {}
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=prepared(dict[str, Superior]))
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from None
    for name, one in found.items():
        if problem := _problem(name, one):
            raise ValueError(f"{path}, [{name}]: {problem}")
    return found


def _problem(name: str, superior: Superior) -> str:
    if not 0 < len(name) <= LONGEST_NAME:
        return f"a name has at most {LONGEST_NAME} signs"
    parts = urlsplit(superior.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "url must begin with https:// or http:// and name a host"
    if not superior.secret_env:
        return "secret_env must name a variable: reports are signed"
    longest = report_policy().transmission.lease_s - CONNECT_S
    if not 0 < superior.timeout_s < longest:
        return f"timeout_s must be below {longest:g}, so that an answer comes within the lease"
    return ""


def superior_for(*, to: str, level: str, region_code: str) -> tuple[str, Superior] | None:
    """The platform that takes that body's reports, with its table's name; None where there is none."""
    return next(
        ((name, one) for name, one in superiors().items() if one.takes(to=to, level=level, region_code=region_code)), None
    )
