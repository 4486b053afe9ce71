"""Which policy is in force, and its versions as the reader may see them.

Confirmed versions are read into memory once and again when the mark in the data folder is another one: whoever confirms a version
sets it anew (`services.set_mark`), so that every process takes the version up at its hour without a restart. A data folder
without a mark has no versions: everything is as shipped, and the database is not asked.
"""

import asyncio
import logging
import os
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections, connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from tocsin.base.errors import InvalidInput
from tocsin.base.policy import InForce, PolicyFile
from tocsin.base.toml import Document, write_toml
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governing_prefix
from tocsin.jurisdiction.face import may_anywhere, scope
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.rules import SHIPPED, Layer, laid_over, layers_in_force, same
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

log = logging.getLogger(__name__)

SEE: Permission = "policy.see"
UNREADABLE = (ValueError, InvalidInput, KeyError, TypeError, AttributeError, OverflowError)
"""What a reader raises for a text that does not fit."""


@dataclass
class _Known:
    """Confirmed versions by policy, as they were at a mark; `values`: what was read of them, by policy and the versions in it."""

    mark: object
    layers: dict[str, tuple[Layer, ...]]
    values: dict[tuple[str, tuple[str, ...]], InForce[Any]] = field(default_factory=dict)


_NONE = _Known(None, {})
MARK = "policy-versions"
_known: list[_Known] = [_NONE]
_written = threading.local()


@cache
def policy_files() -> dict[str, PolicyFile[Any]]:
    """Every policy file of the product by name, in the order of the catalogue."""
    found: dict[str, PolicyFile[Any]] = {}
    for name in settings.POLICY_FILES:
        table = import_string(name.replace(":", "."))
        for one in (table,) if isinstance(table, PolicyFile) else table:
            found[one.name] = one
    return found


def policy_file(name: str) -> PolicyFile[Any]:
    """The policy file of that name; InvalidInput where there is none."""
    if name not in policy_files():
        raise InvalidInput(f"there is no policy {name}")
    return policy_files()[name]


def in_force[T](file: PolicyFile[T], region: str, trade: str, at: datetime | None) -> InForce[T]:
    """What holds for a region and a trade (empty: everywhere, any) at a time (None: now). A version that this program can't read
    is told to the log, and what lies below it holds.
    """
    known = _versions()
    layers = known.layers.get(file.name, ())
    used = tuple(name for one in file.uses for name in in_force(one, region, trade, at).versions)
    if not layers and not used:
        return InForce(file.shipped)
    moment = at if at is not None else current_time()
    holding = layers_in_force(layers, region=region, trade=trade, at=moment)
    key = file.name, (*used, *(layer.id for layer in holding))
    found = known.values.get(key)
    if found is None:
        found = known.values[key] = _read(file, holding, used)
    return found


def content_in_force(file: PolicyFile[Any], *, region: str = "", trade: str = "", at: datetime | None = None) -> Document:
    """The same as it would stand in a file."""
    moment = at if at is not None else current_time()
    holding = layers_in_force(_versions().layers.get(file.name, ()), region=region, trade=trade, at=moment)
    return laid_over(file.content, _readable(file, holding), file.items, file.items_by)


def read_content[T](file: PolicyFile[T], content: Document, source: str) -> T:
    """The policy of a content; ValueError or InvalidInput names what does not fit."""
    return file.read(write_toml(content).encode(), source)


def _read[T](file: PolicyFile[T], holding: tuple[Layer, ...], used: tuple[str, ...]) -> InForce[T]:
    readable = _readable(file, holding)
    versions = tuple(layer.id for layer in readable)
    content = laid_over(file.content, readable, file.items, file.items_by)
    if content == file.content and not used:
        return InForce(file.shipped, versions)
    return InForce(read_content(file, content, file.name), versions)


def names_in_force(capability: str, region: str) -> dict[str, list[str]]:
    """The versions that hold in a region now, by policy of that capability: what names the policy that something begins with."""
    known = _versions()
    now = current_time()
    found = {
        name: [layer.id for layer in layers_in_force(layers, region=region, trade="", at=now)]
        for name, layers in known.layers.items()
        if name.startswith(f"{capability}.")
    }
    return {name: ids for name, ids in found.items() if ids}


def layers_of(policy: str) -> tuple[Layer, ...]:
    """All confirmed versions of a policy, those to come among them."""
    return _versions().layers.get(policy, ())


def _readable(file: PolicyFile[Any], holding: tuple[Layer, ...]) -> tuple[Layer, ...]:
    try:
        read_content(file, laid_over(file.content, holding, file.items, file.items_by), file.name)
    except UNREADABLE:
        pass
    else:
        return holding
    found: tuple[Layer, ...] = ()
    for layer in holding:
        try:
            read_content(file, laid_over(file.content, (*found, layer), file.items, file.items_by), file.name)
        except UNREADABLE:
            log.exception("version %s of policy %s can't be read by this program: it is left out", layer.id, file.name)
        else:
            found = (*found, layer)
    return found


def _versions() -> _Known:
    """The confirmed versions as of the mark; fresh ones, not kept, in the transaction that has just written some."""
    block = getattr(_written, "block", None)
    if block is not None:
        if connection.in_atomic_block and connection.atomic_blocks[0] is block:
            return _Known(None, _by_policy(confirmed_rows()))
        _written.block = None
    mark = mark_of(_mark_name(settings.CONFIGURATION.data))
    known = _known[0]
    if mark == known.mark:
        return known
    fresh = _NONE if mark is None else _Known(mark, _load())
    _known[0] = fresh
    return fresh


def _load() -> dict[str, tuple[Layer, ...]]:
    """Read in a thread of its own where an event loop runs in this one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return _by_policy(confirmed_rows())
    with ThreadPoolExecutor(1, thread_name_prefix="policy") as pool:
        return pool.submit(_load_apart).result()


def _load_apart() -> dict[str, tuple[Layer, ...]]:
    try:
        return _by_policy(confirmed_rows())
    finally:
        close_old_connections()
        connection.close()


def confirmed_rows() -> QuerySet[PolicyVersion]:
    """Versions that are or will be in force, or were."""
    return PolicyVersion.objects.filter(effective_from__isnull=False).exclude(version__startswith=SHIPPED)


def _by_policy(rows: Iterable[PolicyVersion]) -> dict[str, tuple[Layer, ...]]:
    found: dict[str, list[Layer]] = {}
    for row in rows:
        try:
            found.setdefault(row.policy, []).append(layer_of(row))
        except ValueError:
            log.exception("version %s of policy %s is no TOML: it is left out", row.pk, row.policy)
    return {name: tuple(layers) for name, layers in found.items()}


def layer_of(row: PolicyVersion, *, begins: datetime | None = None) -> Layer:
    """A row as its place among others is decided; a draft as if it began then."""
    moment = row.effective_from or begins
    assert moment is not None  # noqa: S101 - asked for by the caller
    return Layer(
        id=str(row.pk),
        key=row.key,
        prefix=governing_prefix(row.region_code),
        trade=row.trade,
        begins=moment,
        ends=row.effective_to,
        content=row.content,
        whole=row.whole,
        withdrawn=row.withdrawn,
    )


def mark_path() -> Path:
    """The file whose change tells every process that a version was confirmed."""
    return settings.CONFIGURATION.data / MARK


@cache
def _mark_name(data: Path) -> str:
    return str(data / MARK)  # asked for at every look at a policy: paths are not put together each time


def mark_of(path: Path | str) -> tuple[int, int] | None:
    """What tells one state of the file from another; None where it is absent."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as above
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def note_written() -> None:
    """The transaction that runs in this thread sees its own versions at once."""
    _written.block = connection.atomic_blocks[0] if connection.in_atomic_block else None


def versions_of(policy: str, key: str | None = None) -> QuerySet[PolicyVersion]:
    """All versions of a policy (of one item, where a key is given), newest first, with the people who made and confirmed them."""
    rows = PolicyVersion.objects.filter(policy=policy).select_related("made_by", "confirmed_by")
    return rows if key is None else rows.filter(key=key)


def own_versions(now: datetime) -> list[PolicyVersion]:
    """What an installation has put in the place of shipped values: of every scope and item the version that is in force, by name.
    Copies of what was shipped and what only withdraws is left out.
    """
    files = policy_files()
    newest: dict[tuple[str, str, str, str], PolicyVersion] = {}
    for row in PolicyVersion.objects.filter(effective_from__lte=now, policy__in=files).order_by("effective_from", "pk"):
        newest[row.policy, row.key, row.region_code, row.trade] = row
    return [
        row
        for name, row in sorted(newest.items())
        if not (row.effective_to is not None and row.effective_to <= now)
        and not (row.withdrawn and not row.key)
        and not (row.whole and same(row.content, files[row.policy].content))
    ]


def visible_versions(user: "Person", policy: str = "") -> QuerySet[PolicyVersion]:
    """Versions of the areas whose policy the user sees, and those that hold everywhere; newest first."""
    rows = PolicyVersion.objects.select_related("made_by", "confirmed_by")
    rows = rows.filter(policy=policy) if policy else rows
    if not may_anywhere(user, SEE):
        return rows.none()
    seen = scope(PolicyVersion.objects.all(), user, SEE).values("pk")
    return rows.filter(Q(pk__in=seen) | Q(region_code=EVERYWHERE))


def is_declined(row: PolicyVersion, now: datetime) -> bool:
    """Whether a draft was declined, or was meant for a time that is over."""
    return row.effective_from is None and row.effective_to is not None and row.effective_to <= now


def newer_in_force(row: PolicyVersion) -> bool:
    """Whether, since it was tried, another version of the same was confirmed for its region, one around it or within."""
    own = governing_prefix(row.region_code)
    newer = PolicyVersion.objects.filter(policy=row.policy, key=row.key, trade=row.trade, confirmed_at__gt=row.tried_at)
    prefixes = [governing_prefix(one) for one in newer.exclude(pk=row.pk).values_list("region_code", flat=True)]
    return any(own.startswith(one) or one.startswith(own) for one in prefixes)


def waiting_versions(user: "Person", now: datetime) -> QuerySet[PolicyVersion]:
    """Tried drafts of others that the user may confirm, the oldest first; what begins with days has pages of its own."""
    by_day = [file.name for file in policy_files().values() if file.by_day]
    rows = PolicyVersion.objects.filter(tried_at__isnull=False, effective_from__isnull=True).exclude(policy__in=by_day)
    rows = rows.filter(Q(effective_to__isnull=True) | Q(effective_to__gt=now)).exclude(made_by=user)  # type: ignore[misc]
    return scope(rows, user, "policy.confirm").order_by("tried_at")


def waiting_version(version_id: UUID) -> PolicyVersion | None:
    """The draft, where it was tried and neither confirmed nor declined yet."""
    row = (
        PolicyVersion.objects.select_related("made_by").filter(pk=version_id, tried_at__isnull=False, effective_from=None).first()
    )
    return None if row is None or is_declined(row, current_time()) else row


def policy_title(name: str) -> str:
    """What a policy file is called in the reader's language; its name where the program has it no more."""
    file = policy_files().get(name)
    return name if file is None else title_of(file)


def title_of(file: PolicyFile[Any]) -> str:
    """What the file is called in the reader's language."""
    return file.zh if (get_language() or "zh").startswith("zh") else file.en


def version_in_force(file: PolicyFile[Any], region: str) -> PolicyVersion | None:
    """The narrowest version that holds for a region; where all were withdrawn, the one that says so last; None where it is as
    shipped.
    """
    names = file.in_force(region=region).versions
    rows = {str(row.pk): row for row in versions_of(file.name).filter(pk__in=names)}
    found = [rows[name] for name in names if name in rows]
    return next((row for row in reversed(found) if not row.withdrawn), found[-1] if found else None)


def midnight(day: date) -> datetime:
    """When a local day begins."""
    return timezone.make_aware(datetime.combine(day, time()))


def next_number(policy: str, key: str) -> int:
    """The number of the next version of a policy whose versions are counted; the shipped file is the first."""
    names = PolicyVersion.objects.filter(policy=policy, key=key).values_list("version", flat=True)
    return max((int(name) for name in names if name.isdecimal()), default=1) + 1
