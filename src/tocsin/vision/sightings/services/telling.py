"""Who is told of sightings: the duty desk of an urgent one that nobody has confirmed, the supervising body of a confirmed one."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import nearest_authority
from tocsin.notices.face import Contribution, Directory, Draft, PurposeCard, upward_lines, write_all
from tocsin.supervision.face import supervisor_of
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.shown import kind_name
from tocsin.vision.sightings.models import Sighting

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from tocsin.jurisdiction.face import Organisation
    from tocsin.notices.face import Notice

UNCONFIRMED: Final = "sighting_unconfirmed"
CONFIRMED: Final = "sighting_confirmed"
DESK: Final = "sighting_desk"
SUPERVISOR: Final = "sighting_supervisor"


def tell_unconfirmed(sighting: Sighting, now: datetime) -> None:
    """The desk of the area hears at once that something urgent was recognised, and that nobody has confirmed it."""
    body = nearest_authority(sighting.region_code)
    if body is not None:
        _tell(UNCONFIRMED, DESK, sighting, body, urgent=True, now=now)


def tell_confirmed(sighting: Sighting, now: datetime) -> None:
    """The body that supervises the firm is told what was confirmed there; without a firm the desk of the area."""
    firm = sighting.camera.object
    body = supervisor_of(firm, now) if firm is not None else nearest_authority(sighting.region_code)
    if body is not None:
        _tell(CONFIRMED, SUPERVISOR, sighting, body, urgent=sighting.urgent, now=now)


def _tell(purpose: str, why: str, sighting: Sighting, body: "Organisation", *, urgent: bool, now: datetime) -> None:
    camera = sighting.camera
    figures = {
        "sighting": str(sighting.pk),
        "kind": sighting.kind,
        "camera": camera.name,
        "place": camera.place,
        "firm": camera.object.name if camera.object else "",
        "began": sighting.began_at.isoformat(),
    }
    draft = Draft(purpose, why, urgent=urgent, key=f"{purpose}-{sighting.pk}", organisation=body, figures=figures)
    write_all([draft], Directory(now))


def _texts(*, unconfirmed: bool) -> "Callable[[Sequence[Notice]], Mapping[UUID, str]]":
    def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
        return {one.pk: "\n".join([*upward_lines(one), _line(one, unconfirmed=unconfirmed)]) for one in notices}

    return texts


def _line(notice: "Notice", *, unconfirmed: bool) -> str:
    told = notice.figures
    began = datetime.fromisoformat(told["began"]).astimezone(timezone.get_default_timezone())
    where = " · ".join(filter(None, (told["firm"], told["camera"], told["place"])))
    words = {"kind": kind_name(told["kind"]), "where": where, "began": began.strftime("%m-%d %H:%M")}
    if unconfirmed:
        told_words = _("NOT CONFIRMED: a recogniser reports %(kind)s at %(where)s since %(began)s. Look and decide.")
        return told_words % words
    return _("Confirmed by a person: %(kind)s at %(where)s since %(began)s.") % words


def _page(notice: "Notice") -> str:
    return reverse("sighting", args=[notice.figures["sighting"]])


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            UNCONFIRMED,
            pgettext_lazy("purpose of a notice", "unconfirmed sighting"),
            texts=_texts(unconfirmed=True),
            page=_page,
            acted_on=_page,
            permissions=(rights.JUDGE,),
        ),
        PurposeCard(
            CONFIRMED,
            pgettext_lazy("purpose of a notice", "confirmed sighting"),
            texts=_texts(unconfirmed=False),
            page=_page,
            acted_on=_page,
            permissions=(rights.SEE,),
        ),
    ),
    reasons={
        DESK: pgettext_lazy("told as", "desk of the area"),
        SUPERVISOR: pgettext_lazy("told as", "supervises the firm"),
    },
)
