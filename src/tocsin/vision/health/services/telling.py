"""Who is told of a camera that went bad or stands right again: its owner, else the firm's, else the authority of the area."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import nearest_authority
from tocsin.notices.face import Contribution, Directory, Draft, PurposeCard, upward_lines, write_all
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.rules.states import CameraState
from tocsin.vision.cameras.shown import state_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from tocsin.jurisdiction.face import Organisation
    from tocsin.notices.face import Notice
    from tocsin.vision.cameras.models import Camera

BAD: Final = "camera_bad"
GOOD: Final = "camera_good"
KEEPER: Final = "camera_keeper"


def tell_bad(camera: "Camera", state: CameraState, since: datetime, now: datetime) -> None:
    """Its keeper hears what is wrong, since when, and where to look."""
    _tell(BAD, camera, state, since, now)


def tell_good(camera: "Camera", was: CameraState, since: datetime, now: datetime) -> None:
    """Its keeper hears that it shows again what it is there for."""
    _tell(GOOD, camera, was, since, now)


def keeper_of(camera: "Camera") -> "Organisation | None":
    """Whose camera it is."""
    if camera.organisation is not None:
        return camera.organisation
    firm = camera.object
    if firm is not None and firm.organisation is not None:
        return firm.organisation
    return nearest_authority(camera.region_code)


def _tell(purpose: str, camera: "Camera", state: CameraState, since: datetime, now: datetime) -> None:
    body = keeper_of(camera)
    if body is None:
        return
    figures = {
        "camera_id": str(camera.pk),
        "camera": camera.name,
        "place": camera.place,
        "firm": camera.object.name if camera.object else "",
        "state": state.value,
        "since": since.isoformat(),
    }
    key = f"{purpose}-{camera.pk}-{state}-{now.isoformat()}"
    write_all([Draft(purpose, KEEPER, urgent=False, key=key, organisation=body, figures=figures)], Directory(now))


def _texts(*, good: bool) -> "Callable[[Sequence[Notice]], Mapping[UUID, str]]":
    def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
        return {one.pk: "\n".join([*upward_lines(one), _line(one, good=good)]) for one in notices}

    return texts


def _line(notice: "Notice", *, good: bool) -> str:
    told = notice.figures
    since = datetime.fromisoformat(told["since"]).astimezone(timezone.get_default_timezone())
    where = " · ".join(filter(None, (told["firm"], told["camera"], told["place"])))
    words = {"state": state_name(told["state"]), "where": where, "since": since.strftime("%m-%d %H:%M")}
    if good:
        return _("Camera %(where)s shows again what it should; it was: %(state)s, since %(since)s.") % words
    return _("Camera %(where)s: %(state)s since %(since)s. What it shows can't be relied on; look after it.") % words


def _page(notice: "Notice") -> str:
    return reverse("camera_health", args=[notice.figures["camera_id"]])


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            BAD,
            pgettext_lazy("purpose of a notice", "camera out of order"),
            texts=_texts(good=False),
            page=_page,
            permissions=(rights.SEE,),
        ),
        PurposeCard(
            GOOD,
            pgettext_lazy("purpose of a notice", "camera in order again"),
            texts=_texts(good=True),
            page=_page,
            permissions=(rights.SEE,),
        ),
    ),
    reasons={KEEPER: pgettext_lazy("told as", "keeps the camera")},
)
