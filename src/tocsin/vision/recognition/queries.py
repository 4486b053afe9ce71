"""Sources of frames and a city's own models as the recogniser and people read them, and where files lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet

from tocsin.base.decoding import convert
from tocsin.engine.frames.layouts import Detected
from tocsin.engine.frames.measuring import Truth
from tocsin.engine.frames.watching import BY_TEXT, Looking, WatchedZone, Watching
from tocsin.jurisdiction.face import Person, scope
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules import rights
from tocsin.vision.recognition.models import CameraSource, OwnModel, OwnModelVersion
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.rules.own_models import UNDER_WAY, OwnModelCard, OwnModelState
from tocsin.vision.vehicles.queries import is_unloading

MODEL: Final = "model.onnx"
TEST_SET: Final = "test.zip"


def sources_to_work() -> list[CameraSource]:
    """All sources of cameras in service, in an order that stays."""
    rows = CameraSource.objects.filter(camera__active=True).select_related(
        "camera__object__organisation", "camera__organisation", "entered_by"
    )
    return list(rows.order_by("entered_at", "camera"))


def groups_of(sources: Sequence[CameraSource], size: int, most: int) -> tuple[list[list[UUID]], list[UUID]]:
    """The cameras that each process looks at, and those for which there is no process."""
    ids = [one.camera_id for one in sources]
    places = size * most
    worked = ids[:places]
    return [worked[start : start + size] for start in range(0, len(worked), size)], ids[places:]


def folder_of(camera: Camera) -> Path:
    """The camera's own folder for frames."""
    return Path(settings.CONFIGURATION.data) / "cameras" / camera.code


def watching_of(source: CameraSource) -> Watching:
    """What detectors look for at a camera: a zone counts for the kinds that it names, and one that names none for all. That
    nobody watches the unloading is looked for while the vehicle of an order is there.
    """
    kept = source.camera.own_zones()
    wanted = [one for one in map(Looking, source.looking) if one not in BY_TEXT]
    if Looking.UNLOADING_UNWATCHED in wanted and not is_unloading(source.camera):
        wanted.remove(Looking.UNLOADING_UNWATCHED)
    zones: dict[Looking, tuple[WatchedZone, ...]] = {
        looking: tuple(WatchedZone(one.name, one.corners) for one in kept if not one.kinds or looking.value in one.kinds)
        for looking in wanted
    }
    if kept:  # zones for other kinds alone: this one is looked for nowhere
        zones = {looking: chosen for looking, chosen in zones.items() if chosen}
    return Watching(zones, source.most_people, recognition_policy().seeing.absent_s)


@dataclass(frozen=True)
class EnrolledModel:
    """A version of a city's own model that runs: its file, with the hash that was measured, and codes of cameras."""

    card: OwnModelCard
    sha256: str
    path: Path
    cameras: frozenset[str]


def own_model_folder() -> Path:
    """Where models of the city's own lie, a folder each."""
    return Path(settings.CONFIGURATION.data) / "recognisers"


def version_folder(code: str, version_id: UUID) -> Path:
    """Where the files of one version lie."""
    return own_model_folder() / code / str(version_id)


def enrolled_models() -> list[EnrolledModel]:
    """Those that run, by their codes."""
    found = []
    for one in OwnModel.objects.filter(in_use__isnull=False).select_related("in_use").prefetch_related("cameras__camera"):
        if one.in_use is not None:
            cameras = frozenset(each.camera.code for each in one.cameras.all())
            path = version_folder(one.code, one.in_use.pk) / MODEL
            found.append(EnrolledModel(one.in_use.typed_card(), one.in_use.sha256, path, cameras))
    return found


def visible_own_models(user: Person) -> QuerySet[OwnModel]:
    """Models of the areas whose cameras the user sees."""
    return scope(OwnModel.objects.select_related("in_use"), user, rights.SEE, "region_code")


def visible_own_versions(user: Person) -> QuerySet[OwnModelVersion]:
    """Versions of those models, newest first."""
    rows = OwnModelVersion.objects.select_related("model__in_use", "given_by")
    return scope(rows, user, rights.SEE, "model__region_code")


def versions_to_measure() -> QuerySet[OwnModelVersion]:
    """Those that wait to be measured, the oldest first."""
    rows = OwnModelVersion.objects.filter(state__in=UNDER_WAY).select_related("model")
    return rows.order_by("given_at", "id")


def versions_to_decide(user: Person) -> QuerySet[OwnModelVersion]:
    """Those whose measuring ended and of which nobody has said whether they are used, newer than the one in use; oldest first."""
    rows = scope(OwnModelVersion.objects.select_related("model"), user, rights.MANAGE, "model__region_code")
    ended = rows.filter(state__in=[OwnModelState.MEASURED, OwnModelState.FAILED], has_model=True)
    newer = Q(model__in_use=None) | Q(given_at__gt=F("model__in_use__given_at"))
    return ended.filter(newer).order_by("measured_at", "id")


def measured_pairs(version: OwnModelVersion) -> list[tuple[tuple[Truth, ...], tuple[Detected, ...]]]:
    """Of each picture that was looked at: what is there, what was told."""
    rows = version.measured_pictures.values_list("truths", "found")
    return [(convert(truths, tuple[Truth, ...]), convert(found, tuple[Detected, ...])) for truths, found in rows]
