"""`superiors.toml` in the data folder: platforms of superior levels that take signed reports, and how they are reached.

    ["省安委办平台"]
    to = "safety_committee_office"
    level = "province"
    url = "https://platform.example/reports"
    secret_env = "TOCSIN_PROVINCE_KEY"
    taken = { path = "code", values = ["0"] }
    receipt = "data.receiptNo"
    echo = "data.digest"

The body is the published schema; it is signed (`Tocsin-Signature`), and `Idempotency-Key`, the digest of the signed words, is the
same in every attempt. A second attempt says so in `Tocsin-Attempt`.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec
from django.conf import settings

from tocsin.command.notify.gateway import Taken, at_path
from tocsin.command.policy.reports import report_policy
from tocsin.command.rules.notices import Verdict
from tocsin.federation.outgoing import CONNECT_S, Reply, request
from tocsin.federation.rules import Outcome
from tocsin.federation.secrets import secret
from tocsin.federation.signatures import HEADER, signature
from tocsin.jurisdiction.rules import governs

FILE = "superiors.toml"
LONGEST_NAME = 60
CONFLICT = 409
"""A platform that knows the key already may answer so."""


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


@dataclass(frozen=True)
class Answer:
    """What one attempt came to; `receipt` is the platform's number."""

    verdict: Verdict
    words: str = ""
    receipt: str = ""


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
        found = msgspec.toml.decode(path.read_bytes(), type=dict[str, Superior])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from None
    for name, one in found.items():
        if problem := _problem(name, one):
            raise ValueError(f"{path}, [{name}]: {problem}")
    return found


def _problem(name: str, one: Superior) -> str:
    if not 0 < len(name) <= LONGEST_NAME:
        return f"a name has at most {LONGEST_NAME} signs"
    parts = urlsplit(one.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "url must begin with https:// or http:// and name a host"
    if not one.secret_env:
        return "secret_env must name a variable: reports are signed"
    longest = report_policy().transmission.lease_s - CONNECT_S
    if not 0 < one.timeout_s < longest:
        return f"timeout_s must be below {longest:g}, so that an answer comes within the lease"
    return ""


def superior_for(*, to: str, level: str, region_code: str) -> tuple[str, Superior] | None:
    """The platform that takes that body's reports, with its table's name; None where there is none."""
    return next(
        ((name, one) for name, one in superiors().items() if one.takes(to=to, level=level, region_code=region_code)), None
    )


def hand_up(superior: Superior, report: Mapping[str, Any], *, key: str, attempt: int) -> Answer:
    """One signed request. 200 alone is not believed where the table says what the answer must hold."""
    try:
        key_of_platform = secret(superior.secret_env)
    except ValueError as error:
        return Answer(Verdict.LATER, str(error))
    body = json.dumps(report, ensure_ascii=False).encode()
    headers = {name: Template(text).safe_substitute(secret=key_of_platform) for name, text in superior.headers.items()}
    reply = request(
        superior.url,
        body,
        headers={
            **headers,
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "Tocsin-Attempt": str(attempt),
            HEADER: signature(key_of_platform, body, int(time.time())),
        },
        timeout_s=superior.timeout_s,
        private=(urlsplit(superior.url).hostname or "",),
        certificates=superior.certificates,
    )
    return judge(superior, reply, names=(key, str(report["number"])))


def judge(superior: Superior, reply: Reply, *, names: tuple[str, ...]) -> Answer:
    """What the platform's answer means; `names` are those by which it may name the report."""
    known_already = reply.status == CONFLICT and bool(superior.receipt)
    if reply.outcome is not Outcome.TAKEN and not known_already:
        return Answer(Verdict(reply.outcome), reply.words)
    if superior.taken is None and not superior.receipt and not superior.echo:
        return Answer(Verdict.TAKEN, reply.words)
    try:
        told = json.loads(reply.body)
    except ValueError:
        return Answer(Verdict.UNKNOWN, f"{reply.words} and nothing readable")
    if superior.taken is not None and not known_already:
        value = at_path(told, superior.taken.path)
        if value not in superior.taken.values:
            verdict = Verdict.LATER if value in superior.taken.later else Verdict.NEVER
            return Answer(verdict, _printable(f"{superior.taken.path}={value}")[:300])
    if superior.echo and at_path(told, superior.echo) not in names:
        return Answer(Verdict.UNKNOWN, _printable(f"it acknowledged another report: {at_path(told, superior.echo)}")[:300])
    receipt = _printable(at_path(told, superior.receipt))
    if superior.receipt and not receipt:
        return Answer(Verdict.NEVER if known_already else Verdict.UNKNOWN, f"{reply.words} without a receipt number")
    return Answer(Verdict.TAKEN, reply.words, receipt[:120])


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())
