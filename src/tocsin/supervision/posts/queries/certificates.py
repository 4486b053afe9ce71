"""Certificates of people at key posts."""

from datetime import datetime
from typing import Any, cast

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
