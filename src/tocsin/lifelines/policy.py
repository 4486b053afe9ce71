"""Reads `policy.toml`: the media that travel between assets, and their speeds. Loads without Django."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tocsin.base.errors import InvalidInput
from tocsin.base.policy import PolicyFile
from tocsin.engine.network import Way
from tocsin.engine.reach import Medium

POLICY_FILE = Path(__file__).parent / "policy.toml"


def shipped_media() -> Mapping[str, Medium]:
    """The media that come with this version, by name."""
    return MEDIA.shipped


def read_media(data: Mapping[str, Any], file: str) -> dict[str, Medium]:
    """Media of parsed TOML; InvalidInput names file, key and the known keys."""
    unknown = set(data) - {"media"}
    if unknown:
        raise InvalidInput(f"{file}: unknown {', '.join(sorted(unknown))}; known is media")
    known = {way.name.lower(): way for way in Way}
    media = {}
    for name, table in data.get("media", {}).items():
        wrong = set(table) - set(known)
        if wrong:
            raise InvalidInput(f"{file}: medium {name}: unknown {', '.join(sorted(wrong))}; known are {', '.join(sorted(known))}")
        if any(speed <= 0 for speed in table.values()):
            raise InvalidInput(f"{file}: medium {name}: a speed must be above 0; leave out what is closed")
        media[name] = Medium(name, {known[way]: float(speed) for way, speed in table.items()})
    return media


def _read(text: bytes, source: str) -> Mapping[str, Medium]:
    return read_media(tomllib.loads(text.decode()), source)


MEDIA = PolicyFile("lifelines.media", POLICY_FILE, _read, "介质传播", "Media and their speeds")
