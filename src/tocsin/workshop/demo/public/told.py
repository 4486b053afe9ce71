"""What the made-up public of a demonstration says, as the file has it."""

import hashlib
import hmac
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec
from django.utils import timezone

from tocsin.base.decoding import convert
from tocsin.base.ids import deterministic_id
from tocsin.base.time import datetime_from_ms
from tocsin.workshop.demo.firms.cast import Cast

FILE: Final = Path(__file__).with_name("reports.toml")


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One report of the file: what somebody says, and what comes of it."""

    text: str
    kind: str
    key: str = ""
    day: int = 0
    at: str = ""
    channel: str = "page"
    reference: str = ""
    mode: str = "anonymous"
    name: str = ""
    telephone: str = ""
    language: str = "zh-hans"
    firm: str = ""
    firm_name: str = ""
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    since: str = ""
    photo: bool = False
    insider: bool = False
    danger: bool = False
    course: str = "later"
    into: str = ""
    verdict: str = "true"
    reason: str = ""
    to: str = ""
    found: str = "现场核查，与举报内容一致。"
    done: str = "责令当日整改，已复查合格。"
    answer: str = "举报属实，已整改到位，谢谢您。"
    claim: str = ""
    agree: str = ""
    fine: int = 0

    @property
    def id(self) -> UUID:
        """Made by the phone, as it is in service."""
        return deterministic_id("demonstration report", self.key)


@dataclass(frozen=True)
class Public:
    """Everybody who reports. `salt`: what their secrets are made of; random in each demonstration, and kept with it."""

    cast: Cast
    salt: str

    @property
    def begin(self) -> datetime:
        """The first moment of the story."""
        return datetime_from_ms(self.cast.begin_ms)

    def secret(self, key: str) -> str:
        """What the reporter's phone made for itself."""
        from tocsin.mobilisation.hazard_reports.rules.secrets import LENGTH, SIGNS, check_sign

        made = hmac.digest(self.salt.encode(), key.encode(), hashlib.sha256)
        body = "".join(SIGNS[byte % len(SIGNS)] for byte in made[: LENGTH - 1])
        return body + check_sign(body)

    def moment(self, told: Told) -> datetime:
        """When it is handed in."""
        hour, minute = told.at.split(":")
        day = timezone.localtime(self.begin) - timedelta(days=told.day)
        return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)


def written() -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """The reports of the days before, and what comes in later."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return convert(tables["report"], tuple[Told, ...]), convert(tables["later"], tuple[Told, ...])
