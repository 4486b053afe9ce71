"""Closed episodes at the end of their time: with their questions, answers and objections."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.notices.face import notices_that_go
from tocsin.records.face import held_numbers, kept_whole
from tocsin.records.retention.rules import Named, Part, Whole
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.work.models import Episode, EpisodeEntry, WorkObjection
from tocsin.supervision.work.rules.episodes import CLOSED


def due_episodes(before: datetime) -> QuerySet[Episode]:
    """Episodes that somebody decided, or the machine withdrew, and that were found before that time; no inspection rests on one,
    nobody waits for an answer to an objection, its case is not held.
    """
    found = Episode.objects.filter(state__in=[one.value for one in CLOSED], detected_at__lt=before, inspections=None)
    waiting = WorkObjection.objects.filter(episode__isnull=False, upheld=None).values("episode_id")
    held = [one for one in held_numbers() if one]
    return found.exclude(pk__in=waiting).exclude(case_number__in=held).order_by("detected_at", "id")


def _take(found: Episode, before: datetime) -> list[Named]:
    row = due_episodes(before).select_for_update(of=("self",)).filter(pk=found.pk).first()
    return [] if row is None else [Named(row.pk, "", row.region_code, row.start_at, row.end_at or row.decided_at)]


def _parts(ids: Sequence[UUID]) -> Iterator[Part]:
    yield notices_that_go(lambda: ids)
    yield Part(lambda: WorkObjection.objects.filter(episode__in=ids))
    yield Part(lambda: EpisodeEntry.objects.filter(episode__in=ids))
    yield Part(lambda: Episode.objects.filter(pk__in=ids))


def _name(row: Episode) -> str:
    return f"{row.kind} {timezone.localtime(row.start_at):%Y-%m-%d %H:%M}"


EPISODES = kept_whole(
    Whole("episode", "episodes_days", rights.SEE, due_episodes, _take, _parts, _name),
    pgettext_lazy("kept", "Closed episodes of firms' work"),
    gettext_lazy(
        "A tombstone for each. Episodes on which an inspection rests, with an open objection, or of a case that is held."
    ),
)
