"""What people enter on site: one way in for phone and API. What arrives late is judged by its own time, what differs is told."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tocsin.base.errors import NotAllowed
from tocsin.fieldwork.queries import FieldActs
from tocsin.fieldwork.rules import NewAct, moment_of_act
from tocsin.fieldwork.services import entry_fields, known_entry, require_picture, with_picture
from tocsin.hazchem.installations.queries.places import ExpectedPlace
from tocsin.hazchem.installations.services.places import prove_place
from tocsin.hazchem.permits.models import PermitEntry, WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.permits import named_in, visible_permits
from tocsin.hazchem.permits.rules.field import (
    AT_ANY_PLACE,
    WORK_PERMIT,
    PermitFieldAct,
    PermitFieldData,
    PermitVerdict,
    weigh_field_act,
)
from tocsin.hazchem.permits.rules.gas import GasFigures
from tocsin.hazchem.permits.rules.kinds import PermitAct, PermitState
from tocsin.hazchem.permits.services import work
from tocsin.hazchem.permits.services.permits import locked_permit
from tocsin.hazchem.permits.services.telling import note
from tocsin.records.face import Prepared, prepare_attachment
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def enter_on_site(*, actor: "User", act: NewAct[PermitFieldData], picture: bytes = b"", name: str = "") -> PermitEntry:
    """What somebody who is named in a permit did on site. What came too late is kept and does nothing.

    WorkPermit.DoesNotExist out of reach; NotAllowed for others; Conflict or InvalidInput where it was never possible.
    """
    visible_permits(actor).get(pk=act.subject_id)
    prepared = prepare_attachment(actor=actor, data=picture, name=name) if picture else None
    return _enter(actor, act, prepared)


@transaction.atomic
def _enter(actor: "User", act: NewAct[PermitFieldData], picture: Prepared | None) -> PermitEntry:
    now = current_time()
    permit = locked_permit(actor, act.subject_id)
    if actor.pk not in named_in(permit).values():
        raise NotAllowed(_("Only those who are named in the permit enter something on site."))
    if known := known_entry(PermitEntry, "permit", act, is_photo=picture is not None):
        return known
    if picture is not None:
        region = permit.region_code
        act = with_picture(act, picture, actor=actor, object_type=WORK_PERMIT, region_code=region, now=now)
    require_picture(act)
    what = PermitFieldAct(act.act)
    at = moment_of_act(act.at, since=permit.created_at, now=now)
    at_place = _at_place(permit, what, act.data.code, at)
    verdict = weigh_field_act(what, PermitState(permit.state), at=at, state_at=permit.state_at)
    if verdict is PermitVerdict.COUNTS:
        _do(actor, permit, what, act.data, at)
    else:
        note(permit, PermitAct.LATE, actor, now, str(what))
    version = permit.version + 1
    WorkPermit.objects.filter(pk=permit.pk).update(version=version)
    fields = entry_fields(act, actor=actor, now=now, since=permit.created_at, version=version, verdict=verdict.value)
    return PermitEntry.objects.create(permit=permit, at_place=at_place, **fields)


def _do(actor: "User", permit: WorkPermit, act: PermitFieldAct, data: PermitFieldData, at: datetime) -> None:
    match act:
        case PermitFieldAct.TICK:
            work.tick_measures(actor=actor, permit_id=permit.pk, done=data.done, without=data.without, now=at)
        case PermitFieldAct.TEST:
            figures = GasFigures(flammable_percent=data.flammable_percent, oxygen_percent=data.oxygen_percent, toxics=data.toxics)
            work.test_gas(actor=actor, permit_id=permit.pk, figures=figures, place=data.place, now=at)
        case PermitFieldAct.PAUSE:
            work.pause_work(actor=actor, permit_id=permit.pk, now=at)
        case PermitFieldAct.STOP:
            work.stop_work(actor=actor, permit_id=permit.pk, reason=data.text, now=at)
        case PermitFieldAct.CLOSE:
            work.close_permit(actor=actor, permit_id=permit.pk, now=at)
        case PermitFieldAct.ROUND | PermitFieldAct.PHOTO:
            note(permit, PermitAct.ROUND if act is PermitFieldAct.ROUND else PermitAct.PHOTO, actor, at, data.text)


def _at_place(permit: WorkPermit, act: PermitFieldAct, code: str, at: datetime) -> bool | None:
    demanded = act in permit_policy().place_demanded
    place = ExpectedPlace(permit.object, permit.unit)
    return prove_place(place, code, at, demanded=demanded, anywhere=act in AT_ANY_PLACE)


FIELD_ACTS = FieldActs(
    acts=PermitFieldAct,
    data=PermitFieldData,
    enter=enter_on_site,
    absent=gettext_lazy("There is no such permit, or it is not your firm's."),
)
