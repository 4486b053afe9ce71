"""Muted kinds: whom they wait for, and the notice to the owner."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.shown import kind_name
from tocsin.vision.precision.queries import muted_tunings
from tocsin.vision.precision.rules import MUTED, OWNER
from tocsin.vision.sightings.models import Tuning

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from tocsin.notices.face import Notice
    from tocsin.screens.request import Actor


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the owner of a camera reads."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one)]) for one in notices}


def page(notice: "Notice") -> str:
    """Precision of that camera, with what is proposed."""
    return reverse("camera_precision", args=[notice.figures["camera"]])


def _line(notice: "Notice") -> str:
    told = notice.figures
    words = _(
        "%(kind)s at camera %(name)s is muted: of what people decided %(confirmed)s were true and %(rejected)s false. Its page"
        " proposes what may be set; it is heard again by hand or with a new version of the model."
    )
    figures = {name: told[name] for name in ("name", "confirmed", "rejected")}
    return words % {**figures, "kind": kind_name(told["kind"])}


NOTICES: Final = Contribution(
    purposes=(
        PurposeCard(
            MUTED,
            pgettext_lazy("purpose of a notice", "muted recogniser"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.SEE,),
        ),
    ),
    reasons={OWNER: pgettext_lazy("told as", "owns the camera")},
)


def _found(user: "Actor", _now: datetime) -> "QuerySet[Tuning]":
    return muted_tunings(user)


def _tell(one: Tuning) -> Waiting:
    words = listed(kind_name(one.kind), one.camera.name)
    return Waiting(words, reverse("camera_precision", args=[one.camera_id]), one.muted_at or one.camera.registered_at)


WAITING: Final = (
    WaitingKind(
        "muted_recognisers",
        pgettext_lazy("what waits", "Muted recognisers"),
        (rights.MANAGE,),
        found=_found,
        tell=_tell,
    ),
)
