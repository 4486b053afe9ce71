"""Agreements as their two sides see them, and what somebody may ask for."""

from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tocsin.atlas.exchange.models import CollectionReading, SharingAgreement
from tocsin.atlas.exchange.rules.agreements import AgreementState
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.queries.resources import own_body, resources_for
from tocsin.atlas.resources.rules import rights
from tocsin.jurisdiction.face import Person, may_anywhere, reach, scope

if TYPE_CHECKING:
    from uuid import UUID


def kept_resources(person: Person) -> "QuerySet[Resource]":
    """Resources that the person keeps, and so decides about."""
    return scope(Resource.objects.all(), person, rights.KEEP, organisation_field="owner")


def visible_agreements(person: Person) -> "QuerySet[SharingAgreement]":
    """Agreements of the reader's own body, and those about resources that the reader keeps."""
    if not may_anywhere(person, rights.SEE):
        return SharingAgreement.objects.none()
    mine = Q(resource__in=kept_resources(person).order_by().values("pk"))
    body = own_body(person)
    if body is not None:
        mine |= Q(consumer=body)
    return SharingAgreement.objects.filter(mine).select_related(
        "resource__owner", "resource__contract", "consumer", "asked_by", "decided_by", "ended_by"
    )


def agreements_in_force(person: Person, today: date) -> "QuerySet[SharingAgreement]":
    """What the reader's body has been granted and may read today."""
    body = own_body(person)
    if body is None or not may_anywhere(person, rights.SEE):
        return SharingAgreement.objects.none()
    return SharingAgreement.objects.filter(
        consumer=body, state=AgreementState.GRANTED.value, until__gte=today, resource__active=True
    ).select_related("resource__owner", "resource__contract", "resource__good")


def agreements_to_decide(person: Person) -> "QuerySet[SharingAgreement]":
    """Those that somebody has asked for and that the reader may grant or refuse."""
    asked = SharingAgreement.objects.filter(
        state=AgreementState.ASKED.value, resource__in=kept_resources(person).order_by().values("pk")
    )
    return asked.select_related("resource", "consumer").order_by("asked_at", "id")


def askable_resources(person: Person) -> "QuerySet[Resource]":
    """Resources of the reader's areas whose rows the reader may not read: their cards are known, so that one can ask."""
    if own_body(person) is None or not may_anywhere(person, rights.SEE):
        return Resource.objects.none()
    readable = resources_for(person).order_by().values("pk")
    open_ones = SharingAgreement.objects.filter(
        consumer=own_body(person), state__in=[AgreementState.ASKED.value, AgreementState.GRANTED.value]
    ).values("resource")
    found = Resource.objects.filter(_within_reach(person), active=True, contract__isnull=False)
    return (
        found.exclude(pk__in=readable).exclude(pk__in=open_ones).select_related("owner", "contract").order_by("name_zh", "slug")
    )


def _within_reach(person: Person) -> Q:
    """Resources of areas where the reader sees resources, and of those that govern such an area."""
    condition = Q(pk__in=[])
    for one in reach(person, rights.SEE):
        above = [one.prefix[:length].ljust(6, "0") for length in range(0, len(one.prefix) + 1, 2)]
        condition |= Q(region_code__startswith=one.prefix) | Q(region_code__in=above)
    return condition


def visible_readings(person: Person, resource_id: "UUID | None" = None) -> "QuerySet[CollectionReading]":
    """Who has read resources that the reader keeps."""
    found = CollectionReading.objects.filter(resource__in=kept_resources(person).order_by().values("pk"))
    if resource_id is not None:
        found = found.filter(resource=resource_id)
    return found.select_related("resource", "agreement__consumer", "person__organisation")
