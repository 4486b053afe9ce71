"""Agreements are asked for, granted, refused, withdrawn, ended; they lapse by themselves."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.atlas.exchange.models import SharingAgreement
from tocsin.atlas.exchange.queries.agreements import askable_resources, visible_agreements
from tocsin.atlas.exchange.queries.resources import fields_of
from tocsin.atlas.exchange.rules.agreements import LONGEST_DAYS, MOST_FILTER, MOST_TEXT, OPEN, AgreementState, may_follow
from tocsin.atlas.exchange.rules.collections import TYPES
from tocsin.atlas.exchange.services.notices import tell_consumer, tell_owner
from tocsin.atlas.resources.models import Resource
from tocsin.atlas.resources.queries.resources import own_body, resources_for
from tocsin.atlas.resources.rules import rights
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.storable import storable
from tocsin.engine.filters.compiling import compile_filter
from tocsin.engine.filters.reading import read_text
from tocsin.jurisdiction.face import require, system_actor
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def ask_agreement(
    *, actor: "User", resource_id: UUID, fields: Sequence[str], purpose: str, until: date, now: datetime
) -> SharingAgreement:
    """The actor's body asks for these fields of a resource, for that purpose, until that day; its owner is told.

    DoesNotExist for a resource that the actor can't know of; Conflict for one that is readable anyway, or asked for already.
    """
    body = own_body(actor)
    if body is None:
        raise NotAllowed(_("Only somebody of an organisation asks for one."))
    if resources_for(actor).filter(pk=resource_id).exists():
        raise Conflict(_("Your organisation may read this resource already."))
    if visible_agreements(actor).filter(resource=resource_id, consumer=body, state__in=OPEN).exists():
        raise Conflict(_("Your organisation has asked for this already."))
    resource = askable_resources(actor).get(pk=resource_id)
    wanted = _known(resource, fields)
    _require_day(until, now)
    try:
        with transaction.atomic():
            made = SharingAgreement.objects.create(
                resource=resource,
                region_code=resource.region_code,
                consumer_id=body,
                purpose=_required(purpose, _("Say what it is for: the owner decides by that.")),
                asked_fields=wanted,
                asked_until=until,
                asked_at=now,
                asked_by=actor,
            )
            told = {"resource": resource.slug, "fields": wanted, "until": until.isoformat(), "purpose": made.purpose}
            record_audit(actor, "agreement.asked", "agreement", made.pk, made.region_code, told)
            tell_owner(made, now)
    except IntegrityError:
        raise Conflict(_("Your organisation has asked for this already.")) from None
    return made


def grant_agreement(
    *, actor: "User", agreement_id: UUID, fields: Sequence[str], until: date, rows: str = "", now: datetime
) -> SharingAgreement:
    """The owner grants fields that were asked for, all or fewer, until a day no later than was asked; perhaps some rows only."""
    with transaction.atomic():
        found = _moved(actor, agreement_id, AgreementState.GRANTED)
        granted = _known(found.resource, fields)
        if not set(granted) <= set(found.asked_fields):
            raise InvalidInput(_("No more can be granted than was asked for."))
        _require_day(until, now)
        if until > found.asked_until:
            raise InvalidInput(_("It was asked for until %(day)s only.") % {"day": found.asked_until.isoformat()})
        found.fields, found.until, found.rows = granted, until, _checked_rows(found.resource, rows)
        found.decided_at, found.decided_by = now, actor
        found.save(update_fields=["state", "fields", "until", "rows", "decided_at", "decided_by"])
        told = {"fields": granted, "until": until.isoformat(), "rows": found.rows, "consumer": found.consumer.code}
        record_audit(actor, "agreement.granted", "agreement", found.pk, found.region_code, told)
        tell_consumer(found, now)
    return found


def refuse_agreement(*, actor: "User", agreement_id: UUID, reason: str, now: datetime) -> SharingAgreement:
    """The owner refuses, and says why."""
    with transaction.atomic():
        found = _moved(actor, agreement_id, AgreementState.REFUSED)
        found.reason = _required(reason, _("Say why: who asked will want to know."))
        found.decided_at, found.decided_by = now, actor
        found.save(update_fields=["state", "reason", "decided_at", "decided_by"])
        record_audit(actor, "agreement.refused", "agreement", found.pk, found.region_code, {"reason": found.reason})
        tell_consumer(found, now)
    return found


def end_agreement(*, actor: "User", agreement_id: UUID, reason: str, now: datetime) -> SharingAgreement:
    """Either side ends it at once; who asked takes a request back that is not decided. The other side is told."""
    with transaction.atomic():
        seen = visible_agreements(actor).get(pk=agreement_id)
        asked = seen.state == AgreementState.ASKED.value
        found = _moved(actor, agreement_id, AgreementState.WITHDRAWN if asked else AgreementState.ENDED, by_consumer=True)
        found.reason = _required(reason, _("Say why: the other side will want to know."))
        found.ended_at, found.ended_by = now, actor
        found.save(update_fields=["state", "reason", "ended_at", "ended_by"])
        action = "agreement.withdrawn" if asked else "agreement.ended"
        record_audit(actor, action, "agreement", found.pk, found.region_code, {"reason": found.reason})
        if own_body(actor) == found.consumer_id:
            tell_owner(found, now)
        else:
            tell_consumer(found, now)
    return found


def lapse_agreements(*, now: datetime) -> int:
    """Agreements whose last day is over; both sides are told. How many there were."""
    today, actor = timezone.localdate(now), system_actor()
    over = SharingAgreement.objects.filter(state=AgreementState.GRANTED.value, until__lt=today).values_list("pk", flat=True)
    count = 0
    for one in list(over[:200]):
        with transaction.atomic():
            found = (
                SharingAgreement.objects.select_for_update(of=("self",)).select_related("resource__owner", "consumer").get(pk=one)
            )
            if found.state != AgreementState.GRANTED.value:
                continue
            found.state, found.ended_at = AgreementState.LAPSED.value, now
            found.save(update_fields=["state", "ended_at"])
            told = {"until": found.until.isoformat() if found.until else ""}
            record_audit(actor, "agreement.lapsed", "agreement", found.pk, found.region_code, told)
            tell_owner(found, now)
            tell_consumer(found, now)
            count += 1
    return count


def _moved(actor: "User", agreement_id: UUID, then: AgreementState, *, by_consumer: bool = False) -> SharingAgreement:
    """The agreement, locked and in its new state; not yet saved. What the actor does not see does not exist."""
    visible = visible_agreements(actor).filter(pk=agreement_id).values("pk")
    locked = SharingAgreement.objects.select_for_update(of=("self",)).select_related(
        "resource__contract", "resource__owner", "consumer"
    )
    found = locked.get(pk__in=visible)
    if not (by_consumer and own_body(actor) == found.consumer_id):
        require(actor, rights.KEEP, found.region_code, (found.resource.owner_id,))
    if not may_follow(AgreementState(found.state), then):
        raise Conflict(_("This agreement is already decided or over."))
    found.state = then.value
    return found


def _known(resource: Resource, fields: Sequence[str]) -> list[str]:
    known = [one.name for one in fields_of(resource)]
    wanted = [one for one in known if one in fields]
    if not wanted or len(set(fields)) != len(wanted):
        raise InvalidInput(_("Choose at least one field, and only fields of this resource."))
    return wanted


def _required(text: str, otherwise: str) -> str:
    told: str = storable(text.strip())
    if not told:
        raise InvalidInput(otherwise)
    if len(told) > MOST_TEXT:
        raise InvalidInput(_("The text is longer than %(most)s characters.") % {"most": MOST_TEXT})
    return told


def _require_day(until: date, now: datetime) -> None:
    today = timezone.localdate(now)
    if not today <= until <= today + timedelta(days=LONGEST_DAYS):
        raise InvalidInput(_("The last day is today at the earliest, and within three years."))


def _checked_rows(resource: Resource, rows: str) -> str:
    text: str = storable(rows.strip())
    if len(text) > MOST_FILTER:
        raise InvalidInput(_("The filter is longer than %(most)s characters.") % {"most": MOST_FILTER})
    if text:
        compile_filter(read_text(text), {one.name: TYPES[one.kind] for one in fields_of(resource)})
    return text
