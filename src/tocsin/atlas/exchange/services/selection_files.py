"""Files of large selections are asked for, dropped, opened; after their time they are gone."""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext as _

from tocsin.atlas.exchange.models import SelectionFile
from tocsin.atlas.exchange.policy import exchange_policy
from tocsin.atlas.exchange.queries.collections import collections_for
from tocsin.atlas.exchange.queries.selection_files import (
    bytes_held,
    count_selected,
    digest_of,
    files_of,
    folder,
    held_files,
    path_of,
    reach_digest,
)
from tocsin.atlas.exchange.rules.questions import read_question
from tocsin.atlas.exchange.rules.selection_files import HELD, WAITING, FileState
from tocsin.atlas.exchange.services.readings import consumer_of, require_rows
from tocsin.atlas.exchange.shown.files import FORMS
from tocsin.atlas.resources.models import Resource
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import person_behind_token, region_of_work, system_actor
from tocsin.records.face import record_audit
from tocsin.records.retention.rules import Kept

if TYPE_CHECKING:
    from tocsin.atlas.exchange.rules.collections import FeatureCollection
    from tocsin.jurisdiction.face import User

MEGABYTE: Final = 1_000_000
LEFT_S: Final = 3600.0  # after which a file that nothing names is rubbish
_BATCH: Final = 200


def ask_selection_file(
    *, actor: "User", collection: str, form: str, selection: Mapping[str, str], address: str, now: datetime
) -> SelectionFile:
    """The worker is to write this selection into a file for the actor, who is told when it lies ready; the one that waits already
    where the same was asked for.

    `selection`: the parameters as for features. `address`: of the features, as the file says. InvalidInput for a collection that
    the actor may not read, for a selection that can't be read or is too large, RowsSpent, and Conflict where the actor's files or
    all files take their room.
    """
    found = collections_for(actor).get(collection)
    if found is None:
        raise InvalidInput(_("There is no collection %(name)s, or your rights do not reach it.") % {"name": collection[:60]})
    if form not in FORMS:
        raise InvalidInput(_("form is one of %(known)s.") % {"known": ", ".join(FORMS)})
    asked = {name: storable(value) for name, value in selection.items() if name not in ("limit", "after", "f", "crs")}
    question = read_question(found, {name: [value] for name, value in asked.items()})
    digest = digest_of({"collection": found.name, "form": form, "asked": asked, "token": str(actor.token_id or "")})
    waiting = files_of(actor).filter(digest=digest, state__in=WAITING).first()
    if waiting is not None:
        return waiting
    require_rows(consumer_of(actor), now)
    _require_room(actor)
    rows = count_selected(found, actor, question)
    most = exchange_policy().files.most_rows(form)
    if rows > most:
        told = _("This selection has %(rows)s rows; a file of this form holds %(most)s. Select less, or take another form.")
        raise InvalidInput(told % {"rows": rows, "most": most})
    made = SelectionFile(
        person=actor,
        token=actor.token_id,
        language=get_language() or "zh-hans",
        collection=found.name,
        title=str(found.title)[:200],
        resource_id=found.resource_id,
        region_code=_region_of(actor, found),
        form=form,
        asked=question.asked,
        address=address[:500],
        digest=digest,
        reach=reach_digest(actor, found),
        rows=rows,
        asked_at=now,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            details = {"collection": found.name, "form": form, "selection": question.selection[:500], "rows": rows}
            record_audit(actor, "selection_file.asked", "selection_file", made.pk, made.region_code, details)
    except IntegrityError:  # two presses at once
        return files_of(actor).get(digest=digest, state__in=WAITING)
    return made


@transaction.atomic
def drop_selection_file(*, actor: "User", file_id: UUID, now: datetime) -> SelectionFile:
    """The actor no longer wants the file; DoesNotExist for anybody else's."""
    files_of(actor).get(pk=file_id)
    found = SelectionFile.objects.select_for_update().get(pk=file_id)
    if found.state not in HELD:
        raise Conflict(_("This file is gone already."))
    _end(found, FileState.DROPPED, actor, now)
    return found


def open_selection_file(*, actor: "User", file_id: UUID, now: datetime) -> tuple[SelectionFile, Path]:
    """The file and where its bytes lie, for its asker alone, whose rights are asked for once more.

    DoesNotExist for anybody else's file, and where the actor may not read the collection any more; Conflict where it is not ready
    or its time is over; NotAllowed where the actor reads by other rights than when it was asked for.
    """
    found = files_of(actor).get(pk=file_id)
    if found.state != FileState.READY or found.lapses_at is None or found.lapses_at <= now:
        raise Conflict(_("This file does not lie ready: it is being made, or its time is over."))
    asker = actor if found.token == actor.token_id or found.token is None else person_behind_token(token_id=found.token, now=now)
    collection = collections_for(actor).get(found.collection)
    if collection is None:
        raise ObjectDoesNotExist
    seen = collection if asker is actor or asker is None else collections_for(asker).get(found.collection)
    if asker is None or seen is None or reach_digest(asker, seen) != found.reach:
        raise NotAllowed(_("Your rights have changed since this file was asked for: ask for it anew."))
    path = path_of(found)
    if not path.exists():
        raise Conflict(_("The bytes of this file are gone: ask for it anew."))
    with transaction.atomic():
        SelectionFile.objects.filter(pk=found.pk).update(opened_at=now)
        told = {"collection": found.collection, "form": found.form, "rows": found.rows}
        record_audit(actor, "selection_file.opened", "selection_file", found.pk, found.region_code, told)
    return found, path


def lapse_selection_files(*, now: datetime) -> int:
    """Files whose time is over go, and bytes that no file names; how many files there were."""
    actor, count = system_actor(), 0
    over = SelectionFile.objects.filter(state=FileState.READY.value, lapses_at__lte=now)
    for pk in list(over.order_by("lapses_at").values_list("pk", flat=True)[:_BATCH]):
        with transaction.atomic():
            found = SelectionFile.objects.select_for_update().get(pk=pk)
            if found.state == FileState.READY:
                _end(found, FileState.LAPSED, actor, now)
                count += 1
    _sweep()
    return count


def _end(found: SelectionFile, state: FileState, actor: "User", now: datetime) -> None:
    found.state, found.maker = state.value, None
    found.ended_at = found.ended_at or now
    found.save(update_fields=["state", "maker", "ended_at"])
    told = {"collection": found.collection, "form": found.form, "rows": found.rows}
    record_audit(actor, f"selection_file.{state}", "selection_file", found.pk, found.region_code, told)
    transaction.on_commit(lambda: path_of(found).unlink(missing_ok=True))


def _sweep() -> None:
    """Bytes that a dead maker left behind, and those of rows that are gone."""
    if not folder().exists():
        return
    before = time.time() - LEFT_S
    held = SelectionFile.objects.filter(state__in=HELD).values_list("pk", "maker")
    named = {f"{pk}.{maker}" if maker else str(pk) for pk, maker in held}
    for path in folder().iterdir():
        with suppress(FileNotFoundError):  # its maker has just taken it away
            if path.name.rpartition(".")[0] not in named and path.stat().st_mtime < before:
                path.unlink()


def _require_room(actor: "User") -> None:
    policy = exchange_policy().files
    if held_files(actor).count() >= policy.of_one:
        told = _("You have %(count)s files that wait or lie ready: drop one of them first.")
        raise Conflict(told % {"count": policy.of_one})
    if bytes_held() >= policy.most_megabytes * MEGABYTE:
        raise Conflict(_("The room for files is taken: come again tomorrow, or read the features page by page."))


def _region_of(actor: "User", collection: "FeatureCollection") -> str:
    if collection.resource_id is None:
        return region_of_work(actor)
    return Resource.objects.values_list("region_code", flat=True).get(pk=collection.resource_id)


def _old(before: datetime) -> list[UUID]:
    found = SelectionFile.objects.filter(asked_at__lt=before).exclude(state__in=HELD)
    return list(found.order_by("asked_at").values_list("pk", flat=True)[:_BATCH])


def forget_old_files(before: datetime) -> int:
    """Deletes the lines of files that were asked for before then and hold no bytes; how many."""
    gone = _old(before)
    SelectionFile.objects.filter(pk__in=gone).delete()
    return len(gone)


KEPT = Kept(
    "selection_files",
    pgettext_lazy("kept", "Who had files made of large selections"),
    "atlas.exchange",
    lambda: exchange_policy().log.keep_days,
    count=lambda before: SelectionFile.objects.filter(asked_at__lt=before).exclude(state__in=HELD).count(),
    forget=forget_old_files,
)
