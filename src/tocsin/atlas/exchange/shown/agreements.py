"""Agreements and readings as people and programs read them."""

from datetime import date, datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import pgettext_lazy
from ninja import Schema

from tocsin.atlas.exchange.models import CollectionReading, SharingAgreement
from tocsin.atlas.exchange.queries.agreements import agreements_to_decide
from tocsin.atlas.exchange.queries.resources import name_of
from tocsin.atlas.exchange.rules.agreements import AgreementState, holds
from tocsin.atlas.resources.rules import rights
from tocsin.screens.waiting import Waiting, WaitingKind

STATE_NAMES = {
    AgreementState.ASKED: pgettext_lazy("sharing agreement", "asked for"),
    AgreementState.GRANTED: pgettext_lazy("sharing agreement", "granted"),
    AgreementState.REFUSED: pgettext_lazy("sharing agreement", "refused"),
    AgreementState.WITHDRAWN: pgettext_lazy("sharing agreement", "withdrawn"),
    AgreementState.ENDED: pgettext_lazy("sharing agreement", "ended"),
    AgreementState.LAPSED: pgettext_lazy("sharing agreement", "lapsed"),
}
BADGES = {AgreementState.ASKED: "warn", AgreementState.GRANTED: "good", AgreementState.REFUSED: "bad"}


class SharingAgreementOut(Schema):
    """A sharing agreement. `fields`, `rows` and `until` are what was granted; `holds`: the consumer may read today."""

    id: UUID
    resource_id: UUID
    resource: str
    collection: str
    owner: str
    consumer: str
    purpose: str
    state: str
    state_name: str
    asked_fields: list[str]
    asked_until: date
    fields: list[str]
    rows: str
    until: date | None
    holds: bool
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str
    ended_at: datetime | None
    ended_by: str
    reason: str
    badge: str


def describe_agreement(one: SharingAgreement, today: date) -> SharingAgreementOut:
    """One agreement in the reader's language."""
    state = AgreementState(one.state)
    return SharingAgreementOut(
        id=one.pk,
        resource_id=one.resource_id,
        resource=name_of(one.resource),
        collection=one.resource.slug,
        owner=str(one.resource.owner),
        consumer=str(one.consumer),
        purpose=one.purpose,
        state=state.value,
        state_name=str(STATE_NAMES[state]),
        asked_fields=one.asked_fields,
        asked_until=one.asked_until,
        fields=one.fields,
        rows=one.rows,
        until=one.until,
        holds=holds(one.state, one.until, today),
        asked_at=one.asked_at,
        asked_by=str(one.asked_by),
        decided_at=one.decided_at,
        decided_by=str(one.decided_by or ""),
        ended_at=one.ended_at,
        ended_by=str(one.ended_by or ""),
        reason=one.reason,
        badge=BADGES.get(state, ""),
    )


class CollectionReadingOut(Schema):
    """What one reader read of one collection within one hour by one selection."""

    collection: str
    reader: str
    body: str
    program: str
    form: str
    selection: str
    requests: int
    rows: int
    first_at: datetime
    last_at: datetime
    agreement_id: UUID | None


def describe_reading(one: CollectionReading) -> CollectionReadingOut:
    """One line of the log."""
    body = one.agreement.consumer if one.agreement else one.person.organisation if one.person else None
    return CollectionReadingOut(
        collection=name_of(one.resource) if one.resource else one.collection,
        reader=str(one.person or ""),
        body=str(body or ""),
        program=one.program,
        form=one.form,
        selection=one.selection,
        requests=one.requests,
        rows=one.rows,
        first_at=one.first_at,
        last_at=one.last_at,
        agreement_id=one.agreement_id,
    )


def _tell(one: SharingAgreement) -> Waiting:
    return Waiting(f"{one.consumer} · {name_of(one.resource)}", reverse("agreement", args=[one.pk]), one.asked_at)


WAITING = (
    WaitingKind(
        "sharing_agreement",
        pgettext_lazy("what waits", "Sharing of data: grant or refuse"),
        (rights.KEEP,),
        found=lambda user, _now: agreements_to_decide(user),
        tell=_tell,
    ),
)
