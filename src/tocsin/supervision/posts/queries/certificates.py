"""Certificates of people at key posts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from tocsin.supervision.objects.models import KeyPerson
from tocsin.supervision.posts.models import PersonCertificate


def met_by_certificates(tasks: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    """Tasks of objects whose key people, at least one, all hold a valid certificate of the name that their post needs."""
    today = timezone.localdate(now)
    valid = PersonCertificate.objects.filter(person=OuterRef("pk"), name=OuterRef("required_certificate"), status="valid").filter(
        Q(expires__isnull=True) | Q(expires__gte=today)
    )
    needing = KeyPerson.objects.filter(object=OuterRef("object"), active=True).exclude(required_certificate="")
    lacking = needing.filter(~Exists(valid))
    told = tasks.annotate(met_at=Value(now, output_field=DateTimeField()), what=F("object__code"))
    return cast("QuerySet[Any]", told.filter(Exists(needing)).exclude(Exists(lacking)))


@dataclass(frozen=True)
class HeldCertificate:
    """A certificate that a user holds as a key person; `expires`: its last day."""

    certificate_id: UUID
    user_id: UUID
    person: str
    name: str
    expires: date


def certificates_ending(users: Collection[UUID], before: date) -> list[HeldCertificate]:
    """Certificates of these users that end on that day or earlier, and were not followed by one of the same name. One query."""
    held = PersonCertificate.objects.filter(person__user_id__in=list(users), person__active=True, status="valid")
    later = PersonCertificate.objects.filter(person=OuterRef("person"), name=OuterRef("name"), status="valid").filter(
        Q(expires__isnull=True) | Q(expires__gt=before)
    )
    rows = held.filter(expires__lte=before).exclude(Exists(later)).select_related("person").order_by("expires", "pk")
    return [
        HeldCertificate(one.pk, one.person.user_id, one.person.name, one.name, one.expires)
        for one in (rows if users else ())
        if one.person.user_id is not None and one.expires is not None
    ]
