"""The worker writes large selections into files: one at a time, part after part, with rests between; each asker is told.

What a killed worker had begun is begun anew by the next; what came of a file is one transaction, so that its asker is told once.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

import polars as pl
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone, translation

from tocsin.atlas.exchange.models import SelectionFile
from tocsin.atlas.exchange.policy import exchange_policy
from tocsin.atlas.exchange.queries.collections import collections_for
from tocsin.atlas.exchange.queries.selection_files import (
    bytes_held,
    folder,
    path_of,
    pour_selection,
    reach_digest,
    served_at,
    waiting_turns,
)
from tocsin.atlas.exchange.rules.collections import narrowed
from tocsin.atlas.exchange.rules.questions import read_question
from tocsin.atlas.exchange.rules.selection_files import MOST_TRIES, WAITING, FileState, Trouble, next_turn, rest_s
from tocsin.atlas.exchange.services.notices import tell_asker
from tocsin.atlas.exchange.services.readings import RowsSpent, consumer_of, record_reading, require_rows
from tocsin.atlas.exchange.services.selection_files import MEGABYTE
from tocsin.atlas.exchange.shown.files import FORMS, origin_of
from tocsin.base.errors import InvalidInput
from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import person_behind_token
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from pathlib import Path

    from tocsin.atlas.exchange.rules.collections import FeatureCollection
    from tocsin.jurisdiction.face import User

type Clock = Callable[[], datetime]

PART: Final = 2_000  # rows that are written between two rests


class NotMade(Exception):
    """Why the file under way is not made."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Abandoned(Exception):
    """The file under way is no longer this worker's: it was dropped, or another worker has begun it anew."""


class FileMaker:
    """What one worker has under way. A round writes one part; a worker that dies leaves nothing but bytes that are swept away."""

    def __init__(self) -> None:
        self._steps: Iterator[None] | None = None
        self._now = timezone.now()  # of the round that runs

    def __call__(self, *, now: datetime) -> bool:
        """One part of the file under way, or the beginning of the next; whether more waits."""
        self._now = now
        if self._steps is None:
            turn = next_turn(waiting_turns(), served_at())
            if turn is None:
                return False
            self._steps = _make(turn.id, lambda: self._now)
        began, steps, self._steps = time.monotonic(), self._steps, None
        if next(steps, _OVER) is not _OVER:
            self._steps = steps  # one that failed is not gone on with
        time.sleep(rest_s(time.monotonic() - began, exchange_policy().files.share))
        return True


_OVER: Final = object()


def _make(file_id: UUID, clock: Clock) -> Iterator[None]:
    """Makes one file, a part with each step; whatever refuses it is told to its asker."""
    file = _begin(file_id)
    if file is None:
        return
    folder().mkdir(parents=True, exist_ok=True)
    rows, part = (folder() / f"{file.pk}.{file.maker}.{ending}" for ending in ("parquet", file.form))
    try:
        if file.tries > MOST_TRIES:
            raise NotMade(Trouble.BROKEN)
        yield from _write(file, rows, part, clock)
    except NotMade as refusal:
        _fail(file, refusal.trouble, clock())
    except RowsSpent:
        _fail(file, Trouble.SPENT, clock())
    except InvalidInput:
        _fail(file, Trouble.QUESTION, clock())
    except Abandoned:
        pass
    finally:
        for path in (rows, part):
            path.unlink(missing_ok=True)


@transaction.atomic
def _begin(file_id: UUID) -> SelectionFile | None:
    """The file is this worker's; None where nobody wants it any more."""
    found = SelectionFile.objects.select_for_update().filter(pk=file_id, state__in=WAITING).first()
    if found is None:
        return None
    found.state, found.maker, found.written = FileState.MAKING.value, new_id(), 0
    found.tries += 1
    found.save(update_fields=["state", "maker", "written", "tries"])
    return found


def _write(file: SelectionFile, rows: "Path", part: "Path", clock: Clock) -> Iterator[None]:
    """Reads the selection by the rights of now, writes it, and hands it over."""
    policy, form, now = exchange_policy().files, FORMS[file.form], clock()
    asker = _asker(file, now)
    with translation.override(file.language):
        collection = _collection(file, asker)
        require_rows(consumer_of(asker), now)
        question = read_question(collection, {name: [str(value)] for name, value in file.asked.items()})
        _require_disk()
        count = pour_selection(collection, asker, question, rows)
        if count > policy.most_rows(file.form):
            raise NotMade(Trouble.ROWS)
        origin = origin_of(collection, file.address, question.selection, str(asker), count, now)
        writer = form.writer(part, narrowed(collection, question.properties), origin)
    yield None
    try:
        for start in range(0, count, PART):
            writer.add(pl.scan_parquet(rows).slice(start, PART).collect())
            _progress(file, min(start + PART, count), count)
            if part.exists() and part.stat().st_size > policy.most_file_megabytes * MEGABYTE:
                raise NotMade(Trouble.BYTES)
            _require_disk()
            yield None
        yield from writer.pack()
    finally:
        with translation.override(file.language):
            writer.close()
    size = _keep(part, path_of(file))
    if size > policy.most_file_megabytes * MEGABYTE:
        path_of(file).unlink()
        raise NotMade(Trouble.BYTES)
    _hand_over(file, collection, question.selection, count=count, size=size, now=clock())


@transaction.atomic
def _hand_over(
    file: SelectionFile, collection: "FeatureCollection", selection: str, *, count: int, size: int, now: datetime
) -> None:
    """The file lies ready: its rows are charged, and its asker is told."""
    held, asker = _held(file), _asker(file, now)
    _collection(file, asker)  # nothing lies ready for who has lost a right meanwhile
    held.state, held.rows, held.written, held.size, held.ended_at = FileState.READY.value, count, count, size, now
    held.maker, held.lapses_at = None, now + timedelta(hours=exchange_policy().files.keep_h)
    held.save(update_fields=["state", "rows", "written", "size", "ended_at", "maker", "lapses_at"])
    record_reading(consumer=consumer_of(asker), collection=collection, form=file.form, selection=selection, rows=count, now=now)
    told = {"collection": file.collection, "form": file.form, "rows": count, "bytes": size}
    record_audit(asker, "selection_file.made", "selection_file", file.pk, file.region_code, told)
    tell_asker(held, now)


def _fail(file: SelectionFile, trouble: Trouble, now: datetime) -> None:
    with suppress(Abandoned), transaction.atomic():
        held = _held(file)
        held.state, held.trouble, held.ended_at, held.maker = FileState.FAILED.value, trouble.value, now, None
        held.save(update_fields=["state", "trouble", "ended_at", "maker"])
        told = {"collection": file.collection, "form": file.form, "trouble": trouble.value}
        record_audit(held.person, "selection_file.failed", "selection_file", file.pk, file.region_code, told)
        tell_asker(held, now)


def _held(file: SelectionFile) -> SelectionFile:
    """The row, locked, if it is still this worker's."""
    found = SelectionFile.objects.select_for_update(of=("self",)).select_related("person").filter(pk=file.pk).first()
    if found is None or found.state != FileState.MAKING or found.maker != file.maker:
        raise Abandoned
    return found


def _progress(file: SelectionFile, written: int, count: int) -> None:
    mine = SelectionFile.objects.filter(pk=file.pk, state=FileState.MAKING.value, maker=file.maker)
    if not mine.update(written=written, rows=count):
        raise Abandoned


def _asker(file: SelectionFile, now: datetime) -> "User":
    """Who asked, with the rights of now; a token that has ended asks for nothing any more."""
    if file.token is not None:
        person = person_behind_token(token_id=file.token, now=now)
    else:
        person = get_user_model().objects.select_related("organisation").filter(pk=file.person_id, is_active=True).first()
    if person is None:
        raise NotMade(Trouble.RIGHTS)
    return person


def _collection(file: SelectionFile, asker: "User") -> "FeatureCollection":
    found = collections_for(asker).get(file.collection)
    if found is None or reach_digest(asker, found) != file.reach:
        raise NotMade(Trouble.RIGHTS)
    return found


def _require_disk() -> None:
    policy = exchange_policy().files
    free = shutil.disk_usage(folder()).free
    if free < policy.spare_megabytes * MEGABYTE or bytes_held() >= policy.most_megabytes * MEGABYTE:
        raise NotMade(Trouble.NO_ROOM)


def _keep(part: "Path", whole: "Path") -> int:
    """The file under its own name, there after a power cut; its size."""
    with part.open("rb+") as written:
        os.fsync(written.fileno())
    size = part.stat().st_size
    part.replace(whole)
    return size
