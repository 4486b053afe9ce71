"""Which channels an installation has, and how they are reached: `channels.toml` in the data folder, and what pages entered.

Each table is one kind of contact point (`sms`, `email` …); `links` says where outsiders reach the link pages. What stands in the
file wins over the page. Secrets of the file come from the environment, those of pages lie sealed in the database. Without any
table there are the screen, the telephone and web push.

What pages entered is read once, and again when the mark in the data folder is another one: every process follows at once, and an
installation without such tables never asks the database.
"""

import asyncio
import base64
import hashlib
import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import close_old_connections, connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tocsin.base.decoding import convert
from tocsin.base.keys import Purpose, keys_of
from tocsin.federation.services.secrets import secret
from tocsin.jurisdiction.face import contact_kinds
from tocsin.notices.channels.models import ChannelOrder, ChannelTable
from tocsin.notices.channels.rules.letters import Channel
from tocsin.notices.channels.rules.tables import SEALED, SecretName, TableKind, Tables, file_over_page, sealed_name

FILE = "channels.toml"
MARK: Final = "channel-tables"
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


def tables_of_file() -> dict[str, dict[str, Any]]:
    """The tables as the file stands now; read anew when it has changed."""
    path = channels_file()
    return _tables(path, path.stat().st_mtime_ns if path.exists() else 0)


@dataclass(frozen=True)
class _Entered:
    """What pages entered, as of a mark: tables that are switched on, their secrets by `sealed_name`, the order of channels."""

    mark: tuple[int, int] | None
    tables: Tables = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Together:
    """File and page as one; the same object as long as neither changes."""

    file: dict[str, dict[str, Any]]
    entered: _Entered
    tables: dict[str, dict[str, Any]]


_entered: list[_Entered] = [_Entered(None)]
_together: list[_Together] = []
_tried: ContextVar[Mapping[str, str]] = ContextVar("secrets of a channel that is being opened", default=MappingProxyType({}))


def tables() -> dict[str, dict[str, Any]]:
    """The tables of the file and of the pages as they stand now, another object whenever one of them has changed."""
    file, page = tables_of_file(), _entered_now()
    if not page.tables:
        return file
    if not _together or _together[0].file is not file or _together[0].entered is not page:
        _together[:] = [_Together(file, page, file_over_page(file, page.tables))]
    return _together[0].tables


def secret_of(name: str) -> str:
    """The secret of that name: of the environment, or sealed with a table that was entered by page; empty for no name.

    ValueError where it is not set, or can't be opened any more.
    """
    if not name.startswith(SEALED):
        return secret(name)
    found = _tried.get().get(name, "") or _entered_now().secrets.get(name, "")
    if not found:
        raise ValueError("its secret can't be opened any more: enter it anew on its page")
    return found


def mark_path() -> Path:
    """The file whose change tells every process that a table was entered, changed or switched."""
    return settings.CONFIGURATION.data / MARK


def _entered_now() -> _Entered:
    try:
        found = os.stat(mark_path())  # noqa: PTH116 - asked for at every notice
    except OSError:
        if _entered[0].mark is not None:
            _entered[:] = [_Entered(None)]
        return _entered[0]
    mark = found.st_ino, found.st_mtime_ns
    if _entered[0].mark != mark:
        rows, order = _rows()
        _entered[:] = [_Entered(mark, *_merged(rows), order)]
    return _entered[0]


def _rows() -> "tuple[list[ChannelTable], tuple[str, ...]]":
    """Read in a thread of its own where an event loop runs in this one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _read_rows()
    with ThreadPoolExecutor(1, thread_name_prefix="channels") as pool:
        return pool.submit(_rows_apart).result()


def _read_rows() -> "tuple[list[ChannelTable], tuple[str, ...]]":
    order = ChannelOrder.objects.first()
    return list(ChannelTable.objects.filter(is_on=True)), tuple(order.kinds) if order else ()


def _rows_apart() -> "tuple[list[ChannelTable], tuple[str, ...]]":
    try:
        return _read_rows()
    finally:
        close_old_connections()
        connection.close()


def _merged(rows: list[ChannelTable]) -> tuple[Tables, dict[str, str]]:
    found: Tables = {}
    kept: dict[str, str] = {}
    for row in rows:
        opened = secrets_of(row)
        kept |= {sealed_name(str(row.pk), name): text for name, text in opened.items()}
        if row.kind == TableKind.MESSENGER:
            found.setdefault(row.kind, {})[row.name] = table_of(row)
        else:
            found[row.kind] = table_of(row)
    return found, kept


def table_of(row: ChannelTable) -> dict[str, object]:
    """The row as a table of `channels.toml` would say it; its secrets by the names under which they lie sealed."""
    found: dict[str, object] = dict(row.entered)
    if row.kind != TableKind.LINKS:
        found["private"] = list(row.inner)
    for name in _sealed_names(row):
        if name is SecretName.RECEIPT:
            receipt = found.get("receipt")
            if isinstance(receipt, dict):
                found["receipt"] = {**receipt, "secret_env": sealed_name(str(row.pk), name)}
        else:
            found[f"{name}_env"] = sealed_name(str(row.pk), name)
    return found


def _sealed_names(row: ChannelTable) -> tuple[SecretName, ...]:
    """Which secrets the table has, also where no key opens them."""
    return tuple(map(SecretName, row.secret_names))


def secrets_of(row: ChannelTable) -> dict[SecretName, str]:
    """The secrets of a table by name; none where it has none, or where no key of the installation opens them."""
    if not row.sealed:
        return {}
    try:
        told = json.loads(sealer().decrypt(row.sealed.encode()))
    except InvalidToken:
        return {}
    return {SecretName(name): str(text) for name, text in told.items()}


def sealer() -> MultiFernet:
    """Seals under the installation's key for channels in force, and opens what an earlier one sealed."""
    return MultiFernet([Fernet(fernet_key(key)) for key in keys_of(Purpose.CHANNELS)])


def fernet_key(key: bytes) -> bytes:
    """A key of the installation as Fernet takes it."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"channel" + key).digest())


def channels_set_up() -> frozenset[str]:
    """Kinds of contact points that can be used. The telephone needs nothing: a person dials."""
    return frozenset({*OUR_OWN, *ALWAYS, *(name for name in tables() if name not in OF_NO_CHANNEL)})


def channel_order() -> tuple[str, ...]:
    """In which order channels are tried for those who chose none; empty: in which their points were entered."""
    return _entered_now().order


def kinds_in_order() -> tuple[str, ...]:
    """Every channel that a machine hands over: those of the order first, then as forms offer them."""
    order, known = channel_order(), tuple(_kinds())
    return (*(kind for kind in order if kind in known), *(kind for kind in known if kind not in order))


def link_address() -> str:
    """The address before the path of a link, without a slash at its end; empty where outsiders do not reach us."""
    return convert(tables().get("links", {}), Links).address.rstrip("/")


class Devices(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What of the inside may be called that somebody registered on a page: names, addresses and networks."""

    private: tuple[str, ...] = ()


def allowed_inside() -> tuple[str, ...]:
    """What `[devices]` of the file names."""
    return convert(tables().get("devices", {}), Devices).private


def open_row(row: ChannelTable) -> Channel:
    """The channel of one table of a page, switched on or not; ValueError or a ValidationError names what is wrong with it."""
    table: dict[str, Any] = {row.name: table_of(row)} if row.kind == TableKind.MESSENGER else table_of(row)
    before = _tried.set({sealed_name(str(row.pk), name): text for name, text in secrets_of(row).items()})
    try:
        return _kinds()[row.kind].open(table)
    finally:
        _tried.reset(before)


def problem_of(row: ChannelTable) -> str:
    """Why a table of a page can't be used; empty where it can."""
    if set(row.secret_names) - set(secrets_of(row)):
        return _("Its secret can't be opened any more: enter it anew.")
    try:
        if row.kind != TableKind.LINKS:
            open_row(row).close()
    except (ValueError, msgspec.ValidationError) as error:
        return str(error)
    return ""


def stands_in_file(kind: str, name: str) -> bool:
    """Whether the file sets this channel up; one that can't be read sets up nothing."""
    try:
        table = tables_of_file().get(kind)
    except ValueError:
        return False
    return table is not None and (kind != TableKind.MESSENGER or name in table)


def _kinds() -> dict[str, type[Channel]]:
    found: dict[str, type[Channel]] = {}
    for name in settings.CHANNELS:
        module, attribute = name.split(":")
        channel: type[Channel] = getattr(import_module(module), attribute)
        found[channel.kind.code] = channel
    return found


def problems_of_file() -> dict[str, str]:
    """What is wrong with tables of the file, by table; ValueError where the file as a whole can't be read."""
    found: dict[str, str] = {}
    kinds = _kinds()
    for code, table in tables_of_file().items():
        try:
            if code == "links":
                convert(table, Links)
            elif code == "devices":
                convert(table, Devices)
            else:
                kinds[code].open(table).close()
        except (ValueError, msgspec.ValidationError) as error:
            found[code] = str(error)
    return found


def entered_channels() -> QuerySet[ChannelTable]:
    """What pages entered, switched on or not."""
    return ChannelTable.objects.select_related("changed_by")


def open_channels() -> tuple[dict[str, Channel], list[str]]:
    """Every channel that is set up, by kind, and what is wrong with the tables of those that can't be opened."""
    found: dict[str, Channel] = {}
    wrong: list[str] = []
    for code, channel in _kinds().items():
        table = tables().get(code)
        if table is None and code not in ALWAYS:
            continue
        try:
            found[code] = channel.open(table or {})
        except (ValueError, msgspec.ValidationError) as error:
            where = channels_file() if code in tables_of_file() else "/settings/channels/"
            wrong.append(f"{where}, [{code}]: {error}")
    return found, wrong
