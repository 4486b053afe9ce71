"""`channels.toml` in the data folder: which channels an installation has, and how they are reached.

Secrets come from the environment. Each table is one kind of contact point (`sms`, `email` …); `links` says where outsiders reach
the link pages. Without the file there are the screen, the telephone and web push.
"""

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from tocsin.base.decoding import convert
from tocsin.jurisdiction.face import contact_kinds
from tocsin.notices.channels.rules.letters import Channel

FILE = "channels.toml"
ALWAYS = ("web_push",)
OF_NO_CHANNEL = ("links", "devices")
OUR_OWN = ("screen", "telephone")  # the row is what they show: nothing is handed over, and nothing is set up


class Links(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where outsiders reach this installation: `https://tocsin.example.org`."""

    address: str = ""


def channels_file() -> Path:
    """Where the settings stand."""
    return settings.CONFIGURATION.data / FILE


def read_tables(path: Path) -> dict[str, dict[str, Any]]:
    """The tables of the file, none where there is no file; ValueError names the file and what is wrong."""
    if not path.exists():
        return {}
    try:
        tables: dict[str, dict[str, Any]] = msgspec.toml.decode(path.read_bytes(), type=dict[str, dict[str, Any]])
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from None
    known = {*contact_kinds(), *OF_NO_CHANNEL} - set(OUR_OWN)
    if unknown := sorted(set(tables) - known):
        raise ValueError(f"{path}: [{unknown[0]}] is no channel; known are {', '.join(sorted(known))}")
    return tables


@cache
def _tables(path: Path, changed_ns: int) -> dict[str, dict[str, Any]]:
    return read_tables(path)


def tables() -> dict[str, dict[str, Any]]:
    """The tables as the file stands now; read anew when it has changed."""
    path = channels_file()
    return _tables(path, path.stat().st_mtime_ns if path.exists() else 0)


def channels_set_up() -> frozenset[str]:
    """Kinds of contact points that can be used. The telephone needs nothing: a person dials."""
    return frozenset({*OUR_OWN, *ALWAYS, *(name for name in tables() if name not in OF_NO_CHANNEL)})


def link_address() -> str:
    """The address before the path of a link, without a slash at its end; empty where outsiders do not reach us."""
    return convert(tables().get("links", {}), Links).address.rstrip("/")


class Devices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of the inside may be called that somebody registered on a page: names, addresses and networks."""

    private: tuple[str, ...] = ()


def allowed_inside() -> tuple[str, ...]:
    """What `[devices]` of the file names."""
    return convert(tables().get("devices", {}), Devices).private


def open_channels() -> tuple[dict[str, Channel], list[str]]:
    """Every channel that is set up, by kind, and what is wrong with the tables of those that can't be opened."""
    found: dict[str, Channel] = {}
    wrong: list[str] = []
    for name in settings.CHANNELS:
        module, attribute = name.split(":")
        channel: type[Channel] = getattr(import_module(module), attribute)
        code = channel.kind.code
        table = tables().get(code)
        if table is None and code not in ALWAYS:
            continue
        try:
            found[code] = channel.open(table or {})
        except (ValueError, msgspec.ValidationError) as error:
            wrong.append(f"{channels_file()}, [{code}]: {error}")
    return found, wrong
