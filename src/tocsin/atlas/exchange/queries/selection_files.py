"""Files of selections as their asker sees them, and where their bytes lie."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import polars as pl
from django.conf import settings
from django.db.models import Max, QuerySet, Sum

from tocsin.atlas.exchange.models import SelectionFile
from tocsin.atlas.exchange.queries.pages import in_order, selected
from tocsin.atlas.exchange.rules.collections import RESERVED, FeatureCollection
from tocsin.atlas.exchange.rules.questions import Question
from tocsin.atlas.exchange.rules.selection_files import HELD, WAITING, FileState, Turn
from tocsin.atlas.resources.queries.resources import own_body
from tocsin.jurisdiction.face import Person, reach

if TYPE_CHECKING:
    from datetime import datetime


def files_of(person: Person) -> QuerySet[SelectionFile]:
    """The person's own files, newest first; a token sees those alone that were asked for with it."""
    if not person.is_authenticated:
        return SelectionFile.objects.none()
    found = SelectionFile.objects.filter(person=person.pk).select_related("resource", "person")
    token: UUID | None = getattr(person, "token_id", None)
    return found if token is None else found.filter(token=token)


def held_files(person: Person) -> QuerySet[SelectionFile]:
    """Those of the person, by whatever token, that wait, are made, or lie ready."""
    return SelectionFile.objects.filter(person=person.pk, state__in=HELD)


def reach_digest(person: Person, collection: FeatureCollection) -> str:
    """By which rights this person reads the collection: as long as it is the same, so is what may be read."""
    told: dict[str, Any] = {
        "body": str(own_body(person) or ""),
        "fields": [one.name for one in collection.fields],
        "masked": sorted(collection.masked),
        "agreement": str(collection.agreement_id or ""),
    }
    if collection.permission is not None:
        told["reach"] = sorted([one.prefix, str(one.organisation_id or "")] for one in reach(person, collection.permission))
    return digest_of(told)


def digest_of(told: Mapping[str, object]) -> str:
    """A short name of plain values."""
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def count_selected(collection: FeatureCollection, person: Person, question: Question) -> int:
    """How many rows the question selects."""
    return int(selected(collection, person, question.conditions).select(pl.len()).collect().item())


def pour_selection(collection: FeatureCollection, person: Person, question: Question, path: Path) -> int:
    """Writes all rows of the question in their order into a Parquet file, so that they can be read in parts; how many."""
    rows = in_order(selected(collection, person, question.conditions), question)
    rows.select(*RESERVED, *question.properties).sink_parquet(path, row_group_size=10_000)
    return int(pl.scan_parquet(path).select(pl.len()).collect().item())


def waiting_turns() -> list[Turn]:
    """Files that wait to be made, and those whose maker died."""
    waiting = SelectionFile.objects.filter(state__in=WAITING).order_by("asked_at", "id")
    return [Turn(*one) for one in waiting.values_list("pk", "person", "tries", "asked_at")[:500]]


def served_at() -> dict[UUID, "datetime"]:
    """By person when the last file was made or failed."""
    found = SelectionFile.objects.filter(ended_at__isnull=False, person__in=[one.person for one in waiting_turns()])
    return dict(found.order_by().values_list("person").annotate(last=Max("ended_at")))


def bytes_held() -> int:
    """How much all files take that lie ready."""
    return SelectionFile.objects.filter(state=FileState.READY.value).aggregate(all=Sum("size"))["all"] or 0


def folder() -> Path:
    """Where files of selections lie."""
    return Path(settings.CONFIGURATION.data) / "selections"


def path_of(file: SelectionFile) -> Path:
    """Where the bytes of one lie."""
    return folder() / f"{file.pk}.{file.form}"
