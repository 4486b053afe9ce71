"""Frames are judged: what each shows of its camera, what lasts becomes the camera's state, and who is told."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.engine.frames.health import (
    FollowedFaults,
    FrameFigures,
    differs,
    faults_of,
    fingerprint,
    follow,
    gravest,
    measure,
)
from tocsin.jurisdiction.face import require, scope
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.rules.states import CameraState
from tocsin.vision.health.models import CameraReference, CameraTrouble, CameraWatch
from tocsin.vision.health.policy import HealthPolicy, health_limits, health_policy
from tocsin.vision.health.queries import newly_silent
from tocsin.vision.health.services.decoding import kept_grey, kept_picture, read_grey
from tocsin.vision.health.services.telling import tell_bad, tell_good

if TYPE_CHECKING:
    from tocsin.engine.frames.pictures import Floats
    from tocsin.jurisdiction.face import User


def take_frame(
    *, actor: "User", camera_id: UUID, data: bytes, at: datetime | None, now: datetime, by_itself: bool
) -> CameraWatch:
    """A frame by a person's hand, or by a program (`by_itself`): from here on frames are expected of the camera. InvalidInput for
    what is no frame; `at` by the camera's clock, None where it tells none.
    """
    if by_itself:
        camera = scope(Camera.objects.all(), actor, rights.SEND, "region_code", "organisation").get(pk=camera_id)
    else:
        camera = visible_cameras(actor).get(pk=camera_id)
        require(actor, rights.MANAGE, camera.region_code, (camera.organisation_id,))
    return judge_frame(camera=camera, picture=read_grey(data, health_policy().frame), at=at, now=now, by_itself=by_itself)


def judge_frame(*, camera: Camera, picture: "Floats", at: datetime | None, now: datetime, by_itself: bool) -> CameraWatch:
    """Judges one working picture of a camera; `at` by the camera's clock, None where it tells none.

    Conflict for a camera out of service; InvalidInput for a frame that is older than the newest: it would turn time back.
    """
    policy = health_policy()
    references = [kept_grey(one) for one in CameraReference.objects.filter(camera=camera).values_list("picture", flat=True)]
    measured = measure(picture, references, policy.picture.plain_level)
    with transaction.atomic():
        locked = Camera.objects.select_for_update().get(pk=camera.pk)
        if not locked.active:
            raise Conflict(_("The camera is out of service: put it into service first."))
        watch = CameraWatch.objects.filter(camera=locked).first()
        if watch is not None and now < watch.received_at:
            raise InvalidInput(_("A newer frame of this camera was judged already."))
        return _follow(locked, watch, picture, measured, at, now, by_itself, policy)


def _follow(
    camera: Camera,
    watch: CameraWatch | None,
    picture: "Floats",
    measured: FrameFigures,
    at: datetime | None,
    now: datetime,
    by_itself: bool,
    policy: HealthPolicy,
) -> CameraWatch:
    limits, print_now = health_limits(policy), fingerprint(picture)
    if watch is None:
        watch = CameraWatch(camera=camera, anchor=print_now, still_since=now)
    elif differs(print_now, bytes(watch.anchor), limits.clock_share):
        watch.anchor, watch.still_since = print_now, now
    told = {
        "still_s": (now - watch.still_since).total_seconds(),
        "clock_s": None if at is None else (at - now).total_seconds(),
    }
    figures = FrameFigures(**{**asdict(measured), **told})
    followed = follow(watch.faults(), faults_of(figures, limits), now, limits, watch.still_since)
    watch.camera = camera
    watch.keep_faults(followed.standing)
    watch.figures = asdict(figures)
    watch.at, watch.received_at, watch.by_itself = at or now, now, watch.by_itself or by_itself
    watch.picture = kept_picture(picture)
    watch.save()
    _note_troubles(camera, followed, now)
    worst = gravest(followed.standing)
    _stand(camera, CameraState(worst[0]) if worst else CameraState.GOOD, worst[1] if worst else now, now)
    return watch


def _note_troubles(camera: Camera, followed: FollowedFaults, now: datetime) -> None:
    CameraTrouble.objects.bulk_create(
        [
            CameraTrouble(camera=camera, state=one.value, since=followed.standing[one].since, raised_at=now)
            for one in followed.raised
        ]
    )
    over = [*(one.value for one in followed.ended), CameraState.SILENT.value]
    CameraTrouble.objects.filter(camera=camera, state__in=over, ended_at=None).update(ended_at=now)


def _stand(camera: Camera, state: CameraState, since: datetime, now: datetime) -> None:
    """The camera's state from here on; its owner is told where it has become bad, or good again."""
    before = CameraState(camera.state)
    if state is before:
        return
    was_since, camera.state, camera.state_since = camera.state_since, state.value, since
    camera.save(update_fields=["state", "state_since"])
    if state is not CameraState.GOOD:
        tell_bad(camera, state, since, now)
    elif before is not CameraState.UNKNOWN:
        tell_good(camera, before, was_since or now, now)


def find_silent(*, now: datetime) -> int:
    """Cameras of which no frame comes any more are silent; how many."""
    count = 0
    for watch in newly_silent(now)[:200]:
        with transaction.atomic():
            camera = Camera.objects.select_for_update().get(pk=watch.camera_id)
            if not newly_silent(now).filter(pk=watch.pk).exists():
                continue  # a frame came meanwhile
            CameraTrouble.objects.create(camera=camera, state=CameraState.SILENT, since=watch.received_at, raised_at=now)
            _stand(camera, CameraState.SILENT, watch.received_at, now)
        count += 1
    return count


def expect_no_frames(camera: Camera) -> None:
    """Nothing comes by itself any more, on purpose: silence is no fault from here on."""
    CameraWatch.objects.filter(camera=camera).update(by_itself=False)
