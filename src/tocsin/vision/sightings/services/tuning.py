"""What counts of a camera and kind: a person sets threshold and mask; a poor one is muted until a person or a new model comes."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.engine.sightings.places import middle
from tocsin.engine.sightings.precision import Cell, passes
from tocsin.jurisdiction.face import require, system_actor
from tocsin.records.face import record_audit
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.sightings.models import Recognition, Tuning

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

type Key = tuple[UUID, str]


@transaction.atomic
def tune(
    *, actor: "User", camera_id: UUID, kind: str, threshold: float | None, mask: Collection[Cell] | None, now: datetime
) -> Tuning:
    """A threshold, a mask or both for one camera and kind, beside what it has; it is heard again. For who keeps the register."""
    one = _locked(actor, camera_id, kind)
    one.threshold = one.threshold if threshold is None else threshold
    one.mask = one.mask if mask is None else sorted([column, row] for column, row in mask)
    one.tuned_at = one.fresh_since = now
    one.tuned_by, one.muted_at, one.muted_models = actor, None, []
    one.save()
    _note(actor, "recogniser.tuned", one, threshold=one.threshold, cells=len(one.mask))
    return one


@transaction.atomic
def clear(*, actor: "User", camera_id: UUID, kind: str, now: datetime) -> Tuning:
    """Takes threshold and mask off again; Conflict where there is none."""
    one = _locked(actor, camera_id, kind)
    if one.threshold is None and not one.mask:
        raise Conflict(_("Nothing is set here."))
    one.threshold, one.mask, one.tuned_at, one.tuned_by, one.fresh_since = None, [], now, actor, now
    one.save()
    _note(actor, "recogniser.tuning_cleared", one)
    return one


@transaction.atomic
def unmute(*, actor: "User", camera_id: UUID, kind: str, now: datetime) -> Tuning:
    """A person hears it again as it is; Conflict where it is not muted."""
    one = _locked(actor, camera_id, kind)
    if one.muted_at is None:
        raise Conflict(_("This kind is not muted at this camera."))
    one.muted_at, one.muted_models, one.fresh_since = None, [], now
    one.save()
    _note(actor, "recogniser.unmuted", one)
    return one


def mute(*, camera: Camera, kind: str, models: Iterable[str], now: datetime, **why: object) -> bool:
    """Nothing of that kind makes a sighting at this camera from here on; whether it was heard before. In a transaction."""
    one, _new = Tuning.objects.select_for_update().get_or_create(camera=camera, kind=kind)
    if one.muted_at is not None:
        return False
    one.muted_at, one.muted_models = now, sorted(set(models))
    one.save()
    _note(system_actor(), "recogniser.muted", one, **why)
    return True


def heard(events: Iterable[Recognition], tuning: Tuning | None, now: datetime) -> list[Recognition]:
    """The events that count: in a zone, above the threshold, outside of the mask; none while muted. The first of a model that was
    not muted ends the muting. In the caller's transaction.
    """
    found = [one for one in events if one.in_zone]
    if tuning is None:
        return found
    if tuning.muted_at is not None and any(model_of(one) not in tuning.muted_models for one in found):
        tuning.muted_at, tuning.muted_models, tuning.fresh_since = None, [], now
        tuning.save()
        _note(system_actor(), "recogniser.unmuted", tuning, model=model_of(found[-1]))
    if tuning.muted_at is not None:
        return []
    cells = frozenset((column, row) for column, row in tuning.mask)
    return [one for one in found if passes(one.score, middle(tuple(one.box)), threshold=tuning.threshold, cells=cells)]


def model_of(event: Recognition) -> str:
    """Model and version in one word."""
    return f"{event.model} {event.version}".strip()


def tunings_of(cameras: Collection[UUID]) -> dict[Key, Tuning]:
    """By camera and kind, held until the end of the transaction."""
    rows = Tuning.objects.select_for_update(of=("self",)).select_related("camera").filter(camera__in=cameras).order_by("id")
    return {(one.camera_id, one.kind): one for one in rows}


def _locked(actor: "User", camera_id: UUID, kind: str) -> Tuning:
    seen = visible_cameras(actor).get(pk=camera_id)
    require(actor, rights.MANAGE, seen.region_code)
    one, _new = Tuning.objects.select_for_update().get_or_create(camera=seen, kind=kind)
    return one


def _note(actor: "User", act: str, one: Tuning, **details: object) -> None:
    told = {"kind": one.kind, "code": one.camera.code, "name": one.camera.name, **details}
    record_audit(actor, act, "camera", one.camera_id, one.camera.region_code, told)
