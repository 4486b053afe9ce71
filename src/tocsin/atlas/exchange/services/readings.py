"""Who reads what is written down, and bounded by a budget of rows a day."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.atlas.exchange.models import CollectionReading
from tocsin.atlas.exchange.policy import exchange_policy
from tocsin.base.errors import Refusal
from tocsin.jurisdiction.face import token_name
from tocsin.records.retention.rules import Kept

if TYPE_CHECKING:
    from tocsin.atlas.exchange.rules.collections import FeatureCollection
    from tocsin.jurisdiction.face import Person

_BATCH = 500


class RowsSpent(Refusal):
    """The reader's rows of today are used up."""

    code = "too_many_rows"


@dataclass(frozen=True)
class Consumer:
    """Who reads: a token, a person at a screen, or nobody known."""

    code: str
    kind: str
    person_id: object = None
    program: str = ""


def consumer_of(person: "Person") -> Consumer:
    """Who this is."""
    if not person.is_authenticated:
        return Consumer("nobody", "stranger")
    token = getattr(person, "token_id", None)
    if token is None:
        return Consumer(f"person:{person.pk}", "person", person.pk)
    return Consumer(f"token:{token}", "token", person.pk, token_name(token))


def require_rows(consumer: Consumer, now: datetime) -> None:
    """RowsSpent where the consumer has had its rows of today."""
    most = getattr(exchange_policy().rows_a_day, consumer.kind)
    morning = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    found = CollectionReading.objects.filter(consumer=consumer.code, hour__gte=morning).aggregate(read=Sum("rows"))["read"] or 0
    if found >= most:
        raise RowsSpent(_("You have read %(rows)s rows today; tomorrow it goes on.") % {"rows": found})


def record_reading(
    *, consumer: Consumer, collection: "FeatureCollection", form: str, selection: str, rows: int, now: datetime
) -> None:
    """Adds to the line of this reader, collection, form and selection within the hour."""
    line = {
        "hour": now.replace(minute=0, second=0, microsecond=0),
        "consumer": consumer.code,
        "collection": collection.name,
        "form": form,
        "digest": hashlib.blake2b(selection.encode(), digest_size=16).hexdigest(),
    }
    if _add(line, rows, now):
        return
    told = {"person_id": consumer.person_id, "program": consumer.program, "selection": selection[:500]}
    about = {"resource_id": collection.resource_id, "agreement_id": collection.agreement_id}
    begun = {"requests": 1, "rows": rows, "first_at": now, "last_at": now}
    _kept, is_new = CollectionReading.objects.get_or_create(**line, defaults={**told, **about, **begun})
    if not is_new:
        _add(line, rows, now)


def _add(line: dict[str, object], rows: int, now: datetime) -> int:
    return CollectionReading.objects.filter(**line).update(requests=F("requests") + 1, rows=F("rows") + rows, last_at=now)


def forget_old_readings(before: datetime) -> int:
    """Deletes lines older than that; returns how many. In small parts, so that nobody waits."""
    gone = list(CollectionReading.objects.filter(last_at__lt=before).values_list("pk", flat=True)[:_BATCH])
    CollectionReading.objects.filter(pk__in=gone).delete()
    return len(gone)


def _count_old(before: datetime) -> int:
    return CollectionReading.objects.filter(last_at__lt=before).count()


KEPT = Kept(
    "collection_readings",
    pgettext_lazy("kept", "Who has read what of data resources"),
    "atlas.exchange",
    lambda: exchange_policy().log.keep_days,
    count=_count_old,
    forget=forget_old_readings,
)
