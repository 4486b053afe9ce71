"""A city's own models as people and programs read them: versions, figures, what is mistaken for what, wrong pictures."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.layouts import Detected, Layout
from tocsin.engine.frames.measuring import Truth, confusion, mistakes
from tocsin.screens.shapes import Moment
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.shown import kind_name
from tocsin.vision.recognition.models import OwnModel, OwnModelCamera, OwnModelPicture, OwnModelVersion
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.queries import measured_pairs, versions_to_decide
from tocsin.vision.recognition.rules.own_models import UNDER_WAY, OwnModelState, refusal_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from tocsin.screens.request import Actor

STATE_NAMES: Final[dict[OwnModelState, Promise]] = {
    OwnModelState.WAITING: pgettext_lazy("own model", "waits to be measured"),
    OwnModelState.MEASURING: pgettext_lazy("own model", "is being measured"),
    OwnModelState.MEASURED: pgettext_lazy("own model", "measured"),
    OwnModelState.FAILED: pgettext_lazy("own model", "could not be measured"),
    OwnModelState.SET_ASIDE: pgettext_lazy("own model", "set aside"),
}


class OwnLabelOut(Schema):
    """One label of a city's own model, and how right it is on the test set."""

    name: str
    kind: str = Field(description="the kind of sighting that it becomes; empty: it is not told")
    kind_name: str
    truths: int = Field(description="how often the test set shows it")
    told: int
    hits: int = Field(description="of those told, how many are true")
    precision: float | None
    precision_interval: tuple[float, float] = Field(description="with 95 %, by Wilson")
    recall: float | None
    recall_interval: tuple[float, float]


class OwnVersionOut(Schema):
    """One version of a city's own model."""

    id: UUID
    own_model_id: UUID
    code: str
    version: str
    state: OwnModelState
    state_name: str
    in_use: bool
    usable: bool = Field(description="measured, right often enough by the policy in force, and its file is there")
    why: str = Field(description="why it is not taken; empty: it is, or it is not measured yet")
    layout: Layout
    least_score: float
    cannot: str
    sha256: str
    model_bytes: int
    given_at: Moment
    given_by: str
    pictures: int = Field(description="of its test set")
    looked_at: int = Field(description="how many of them it has seen so far")
    spent_s: float
    measured_at: datetime | None
    has_tests: bool = Field(description="whether its pictures can still be looked at")
    labels: list[OwnLabelOut] = Field(description="none before it is measured")


class OwnModelOut(Schema):
    """A city's own model."""

    id: UUID
    code: str
    region_code: str
    in_use: OwnVersionOut | None = Field(description="the version that runs; none: it runs nowhere")
    in_use_since: datetime | None
    cameras: int = Field(description="for how many it is")


class MistakeOut(Schema):
    """One thing that was told and is not there, or was missed."""

    label: str
    missed: bool
    corners: tuple[float, float, float, float] = Field(description="left, upper, right, lower as shares of the picture")


class WrongPictureOut(Schema):
    """A picture of the test set in which something is wrong."""

    number: int
    name: str
    mistakes: list[MistakeOut]


class OwnVersionResultOut(Schema):
    """How right a version is, what is mistaken for what, and the first wrong pictures."""

    version: OwnVersionOut
    names: list[str] = Field(description="of the rows and columns of the table")
    confusion: list[list[int]] = Field(description="what is there (rows) told as what (columns); the last of both is nothing")
    wrong: list[WrongPictureOut]
    wrong_in_all: int


class OwnModelCameraOut(Schema):
    """A camera for which a model is."""

    camera_id: UUID
    code: str
    name: str
    since: Moment


def describe_version(one: OwnModelVersion, looked_at: int | None = None) -> OwnVersionOut:
    """One version; `looked_at` where it is under way."""
    card, state, figures = one.typed_card(), OwnModelState(one.state), one.label_figures()
    policy = recognition_policy().own
    why: InvalidInput | None = None
    if state is OwnModelState.FAILED:
        why = InvalidInput(one.fault, **one.fault_named)
    elif state is OwnModelState.MEASURED:
        why = refusal_of(card, figures, policy.least_precision, policy.least_truths)
    return OwnVersionOut(
        id=one.pk,
        own_model_id=one.model_id,
        code=one.model.code,
        version=one.version,
        state=state,
        state_name=str(STATE_NAMES[state]),
        in_use=one.model.in_use_id == one.pk,
        usable=state is OwnModelState.MEASURED and why is None and one.has_model,
        why=str(why) if why else "",
        layout=card.layout,
        least_score=card.least_score,
        cannot=card.cannot,
        sha256=one.sha256,
        model_bytes=one.model_bytes,
        given_at=one.given_at,
        given_by=str(one.given_by),
        pictures=one.pictures,
        looked_at=one.pictures if looked_at is None and state is OwnModelState.MEASURED else looked_at or 0,
        spent_s=round(one.spent_s, 1),
        measured_at=one.measured_at,
        has_tests=one.has_tests,
        labels=[
            OwnLabelOut(
                name=label.name,
                kind=label.kind,
                kind_name=kind_name(label.kind) if label.kind else "",
                truths=each.truths,
                told=each.told,
                hits=each.hits,
                precision=each.precision,
                precision_interval=each.precision_interval,
                recall=each.recall,
                recall_interval=each.recall_interval,
            )
            for label, each in zip(card.labels, figures, strict=False)
        ],
    )


def describe_own_model(one: OwnModel, cameras: int) -> OwnModelOut:
    """One model; its version in use is loaded."""
    version = one.in_use
    if version is not None:
        version.model = one
    return OwnModelOut(
        id=one.pk,
        code=one.code,
        region_code=one.region_code,
        in_use=describe_version(version) if version else None,
        in_use_since=one.in_use_since,
        cameras=cameras,
    )


def describe_result(one: OwnModelVersion, most: int, *, pictures: bool) -> OwnVersionResultOut:
    """How a version did; `pictures`: whether the reader may see what is wrong in which picture, the first `most` of them."""
    card = one.typed_card()
    looked_at = one.measured_pictures.count()
    wrong = one.measured_pictures.filter(right=False)
    return OwnVersionResultOut(
        version=describe_version(one, looked_at),
        names=[*(label.name for label in card.labels), pgettext("own model", "nothing")],
        confusion=confusion(measured_pairs(one), len(card.labels)) if looked_at and one.state not in UNDER_WAY else [],
        wrong=_wrong(wrong[:most], [label.name for label in card.labels]) if pictures else [],
        wrong_in_all=wrong.count(),
    )


def _wrong(rows: "Iterable[OwnModelPicture]", names: list[str]) -> list[WrongPictureOut]:
    found = []
    for row in rows:
        truths, told = convert(row.truths, tuple[Truth, ...]), convert(row.found, tuple[Detected, ...])
        listed = [
            MistakeOut(label=names[each.label], missed=each.missed, corners=each.corners) for each in mistakes(truths, told)
        ]
        found.append(WrongPictureOut(number=row.number, name=row.name, mistakes=listed))
    return found


def describe_own_camera(one: OwnModelCamera) -> OwnModelCameraOut:
    """One camera of a model."""
    return OwnModelCameraOut(camera_id=one.camera_id, code=one.camera.code, name=one.camera.name, since=one.since)


def _found(user: "Actor", _now: datetime) -> "QuerySet[OwnModelVersion]":
    return versions_to_decide(user)


def _tell(one: OwnModelVersion) -> Waiting:
    about = _("%(code)s %(version)s: %(state)s") % {
        "code": one.model.code,
        "version": one.version,
        "state": STATE_NAMES[OwnModelState(one.state)],
    }
    return Waiting(about, reverse("own_model_version", args=[one.pk]), one.measured_at or one.given_at)


WAITING: Final = (
    WaitingKind(
        "own_models",
        pgettext_lazy("what waits", "Models of your own to be used or set aside"),
        (rights.MANAGE,),
        found=_found,
        tell=_tell,
    ),
)
