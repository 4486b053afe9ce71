"""A platform asked now, without writing anything: its first record beside the fields, and what would become of each record."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from asgiref.sync import async_to_sync
from django.utils.translation import gettext_noop

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.base.storable import storable
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.jurisdiction.face import require
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.platforms.models import Connector, PlatformTable
from tocsin.supervision.platforms.policy import Platform, WrongTable
from tocsin.supervision.platforms.queries import settings_by_page, visible_tables
from tocsin.supervision.platforms.rules import DryRun, TriedRecord
from tocsin.supervision.platforms.services.connectors import ask, lacks_cursor, most_at_once, no_cursor, read_content
from tocsin.supervision.platforms.services.folders import FORMS, folder_of, read_waiting, waiting_files
from tocsin.supervision.platforms.services.keys import opened
from tocsin.supervision.platforms.services.trial import examine_records, newest_message

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

SHOWN: Final = 20  # records
MOST_PATHS: Final = 80  # of the first record
MOST_TEXT: Final = 200
BEGINNING: Final = 1_500  # characters of what can't be read


def dry_run(*, actor: "User", table_id: UUID, now: datetime) -> DryRun:
    """Asks a platform that was entered by page, switched on or not. InvalidInput for settings that can't be used."""
    table = visible_tables(actor).get(pk=table_id)
    require(actor, rights.MANAGE, table.region_code)
    platform = settings_by_page(table)
    if isinstance(platform, WrongTable):
        raise InvalidInput(platform.problem)
    result = DryRun()
    try:
        content, form = _content(table, platform)
    except Unreadable as error:
        result.problem = error.reason
        return result
    try:
        _look(result, platform, content, form, now)
    except Unreadable as error:
        result.problem = error.reason
        result.beginning = str(storable(content[: 4 * BEGINNING].decode("utf-8", "replace")[:BEGINNING]))
    return result


def _content(table: PlatformTable, platform: Platform) -> tuple[bytes, str]:
    if platform.way == "pull":
        state = Connector.objects.filter(name=table.name).first()
        return ask(platform, state.cursor if state else "", opened(table)), ""
    if platform.way == "bus":
        try:
            payload = async_to_sync(newest_message)(f"platforms.{platform.subject}")
        except Unavailable as error:
            raise Unreadable(gettext_noop("the message bus does not answer: %(words)s"), words=str(error)) from None
        if payload is None:
            told = gettext_noop("the message bus answers; nothing is kept of the subject %(subject)s")
            raise Unreadable(told, subject=f"platforms.{platform.subject}")
        return payload, ""
    folder = folder_of(table.name) / "in"
    folder.mkdir(parents=True, exist_ok=True)
    waiting = waiting_files(table.name)
    if not waiting:
        raise Unreadable(gettext_noop("no file lies in %(folder)s: lay one there and try again"), folder=str(folder))
    return read_waiting(waiting[0]), FORMS[waiting[0].suffix.lower()]


def _look(result: DryRun, platform: Platform, content: bytes, form: str, now: datetime) -> None:
    rows, read, unread = read_content(platform, content, form=form)
    result.rows = len(rows)
    result.sample = [(path, _cut(value)) for path, value in _leaves(rows[0])][:MOST_PATHS] if rows else []
    if not form and lacks_cursor(content, platform):
        result.problem = no_cursor(platform)
    reasons = dict(unread.refused)
    step = most_at_once(platform)
    for start in range(0, len(read), step):
        part = read[start : start + step]
        examined = examine_records(platform, [told for _position, told in part], now)
        reasons |= {part[position][0]: reason for position, reason in examined.refused}
    result.good = len(rows) - len(reasons)
    fields = {position: tuple((name, _cut(value)) for name, value in told.items()) for position, told in read}
    shown = sorted(range(len(rows)), key=lambda position: (position not in reasons, position))[:SHOWN]  # the refused first
    result.records = [
        TriedRecord(position, _written(rows[position]), fields.get(position, ()), reasons.get(position)) for position in shown
    ]


def _leaves(row: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, object]]:
    """Every path into a record with its value, as `fields` names them."""
    for name, value in row.items():
        path = f"{before}{name}"
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}.")
        else:
            yield path, value


def _cut(value: object) -> str:
    return str(storable(str(value)))[:MOST_TEXT]


def _written(row: Mapping[str, Any]) -> str:
    return str(storable(json.dumps(dict(row), ensure_ascii=False, default=str)))[:MOST_TEXT]
