"""Poor recognisers are muted and their owners told; a proposal that a person saw is switched on."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.engine.sightings.precision import Tally, propose_mask, propose_threshold
from tocsin.jurisdiction.face import nearest_authority
from tocsin.notices.face import Directory, Draft, write_all
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import kinds
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.precision.policy import precision_policy
from tocsin.vision.precision.queries import pasts_of, poor_now
from tocsin.vision.precision.rules import MUTED, OWNER, mask_text
from tocsin.vision.sightings.services.tuning import mute, tune

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.vision.sightings.models import Tuning

type Proposal = Literal["threshold", "mask"]


def mute_poor(*, now: datetime) -> int:
    """Mutes what is poor where policy says so; how many. What is urgent is muted only where policy says that, too."""
    policy, known = precision_policy().precision, kinds()
    if not policy.mutes:
        return 0
    muted = 0
    for camera, kind, tally, models in poor_now(now):
        if kind not in known or (known[kind].urgent and not policy.mutes_urgent):
            continue
        with transaction.atomic():
            if mute(camera=camera, kind=kind, models=models, now=now, confirmed=tally.confirmed, rejected=tally.rejected):
                _tell(camera, kind, tally, now)
                muted += 1
    return muted


def switch_on(*, actor: "User", camera_id: UUID, kind: str, proposal: Proposal, shown: str, now: datetime) -> "Tuning":
    """What was proposed and shown: `shown` is the threshold with four decimals, or the mask as `rules.mask_text`. Conflict where
    another one is proposed by now.
    """
    camera = visible_cameras(actor).get(pk=camera_id)
    past = next((one.past for one in pasts_of(actor, camera, now) if one.kind == kind), ())
    figures = precision_policy().proposal
    threshold = propose_threshold(past, most_lost=figures.most_lost) if proposal == "threshold" else None
    cells = propose_mask(past, least=figures.mask_rejected) if proposal == "mask" else None
    is_same = f"{threshold:.4f}" == shown if threshold is not None else bool(cells) and mask_text(cells or ()) == shown
    if not is_same:
        raise Conflict(_("The proposal has changed meanwhile: look at it again."))
    return tune(actor=actor, camera_id=camera_id, kind=kind, threshold=threshold, mask=cells, now=now)


def _tell(camera: Camera, kind: str, tally: Tally, now: datetime) -> None:
    body = camera.organisation or nearest_authority(camera.region_code)
    if body is None:
        return
    figures = {
        "camera": str(camera.pk),
        "name": camera.name,
        "kind": kind,
        "confirmed": tally.confirmed,
        "rejected": tally.rejected,
    }
    key = f"muted-{camera.pk}-{kind}-{now:%Y%m%d%H%M%S}"
    write_all([Draft(MUTED, OWNER, urgent=False, key=key, organisation=body, figures=figures)], Directory(now))
