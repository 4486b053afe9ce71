"""The firm that keeps an order is told: its vehicle came, may have come, did not come, must stop, may go on."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.face import Contribution, Directory, Draft, PurposeCard, upward_lines, write_all
from tocsin.supervision.face import supervisor_of
from tocsin.vision.cameras.rules import rights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from django_stubs_ext import StrPromise

    from tocsin.jurisdiction.face import Organisation
    from tocsin.notices.face import Notice
    from tocsin.vision.vehicles.models import LoadingOrder, PlateReading

ARRIVED: Final = "vehicle_arrived"
DOUBTFUL: Final = "vehicle_doubtful"
MISSED: Final = "vehicle_missed"
STOPPED: Final = "loading_stopped"
RESUMED: Final = "loading_resumed"
FIRM: Final = "loading_firm"
SUPERVISOR: Final = "loading_supervisor"


def tell_arrived(order: "LoadingOrder", plate: str, at: datetime, now: datetime) -> None:
    """The firm hears that the vehicle of its order is there."""
    _tell(ARRIVED, order, at, now, plate=plate)


def tell_doubtful(order: "LoadingOrder", reading: "PlateReading", now: datetime) -> None:
    """The firm hears that a vehicle may be that of its order, and says whether it is."""
    _tell(DOUBTFUL, order, reading.at, now, plate=reading.plate, verdict=reading.verdict, camera=reading.camera.name)


def tell_missed(order: "LoadingOrder", now: datetime) -> None:
    """The firm hears that the window passed without the vehicle."""
    _tell(MISSED, order, order.until_at, now)


def tell_stopped(order: "LoadingOrder", reason: str, now: datetime) -> None:
    """Firm and supervisor hear at once that loading or unloading must stop, and why."""
    _tell(STOPPED, order, now, now, reason=reason)
    if (body := supervisor_of(order.object, now)) is not None:
        _write(STOPPED, SUPERVISOR, body, order, now, now, {"reason": reason})


def tell_resumed(order: "LoadingOrder", reason: str, now: datetime) -> None:
    """Firm and supervisor hear that it goes on, and why it may."""
    _tell(RESUMED, order, now, now, reason=reason)
    if (body := supervisor_of(order.object, now)) is not None:
        _write(RESUMED, SUPERVISOR, body, order, now, now, {"reason": reason})


def _tell(purpose: str, order: "LoadingOrder", at: datetime, now: datetime, **told: str) -> None:
    if (body := order.object.organisation) is not None:
        _write(purpose, FIRM, body, order, at, now, told)


def _write(
    purpose: str, why: str, body: "Organisation", order: "LoadingOrder", at: datetime, now: datetime, told: "Mapping[str, str]"
) -> None:
    figures = {
        "order_id": str(order.pk),
        "order": order.reference,
        "firm": order.object.name,
        "plate": order.plate,
        "goods": order.goods,
        "at": at.isoformat(),
        **told,
    }
    key = f"{purpose}-{why}-{order.pk}-{at.isoformat()}"
    draft = Draft(purpose, why, urgent=purpose == STOPPED, key=key, organisation=body, figures=figures)
    write_all([draft], Directory(now))


def _texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    return {one.pk: "\n".join([*upward_lines(one), _line(one)]) for one in notices}


def _line(notice: "Notice") -> str:
    told = notice.figures
    at = datetime.fromisoformat(told["at"]).astimezone(timezone.get_default_timezone()).strftime("%m-%d %H:%M")
    words = {"firm": told["firm"], "order": told["order"], "plate": told["plate"], "goods": told["goods"], "at": at}
    match notice.purpose:
        case "vehicle_arrived":
            return _("%(firm)s: vehicle %(plate)s of order %(order)s (%(goods)s) is there since %(at)s.") % words
        case "vehicle_doubtful":
            if told["verdict"] == "window":
                text = _(
                    "%(firm)s: vehicle %(plate)s came at %(at)s, outside the window of order %(order)s. Say whether it may stay."
                )
            else:
                text = _("%(firm)s: %(plate)s was read at %(at)s; it may be the vehicle of order %(order)s. Look and say so.")
            return text % words
        case "vehicle_missed":
            return _("%(firm)s: no vehicle came for order %(order)s (%(plate)s, %(goods)s) by %(at)s.") % words
        case "loading_stopped":
            text = _("STOP: %(firm)s, order %(order)s (%(plate)s, %(goods)s) must not go on: %(reason)s.")
            return text % {**words, "reason": told["reason"]}
        case _:
            text = _("%(firm)s, order %(order)s (%(plate)s, %(goods)s) goes on: %(reason)s.")
            return text % {**words, "reason": told["reason"]}


def _page(notice: "Notice") -> str:
    return reverse("loading_order", args=[notice.figures["order_id"]])


def _card(purpose: str, name: "StrPromise", *, act: bool = False) -> PurposeCard:
    return PurposeCard(
        purpose, name, texts=_texts, page=_page, acted_on=_page if act else None, permissions=(rights.SEE, rights.OWN)
    )


NOTICES = Contribution(
    purposes=(
        _card(ARRIVED, pgettext_lazy("purpose of a notice", "expected vehicle is there")),
        _card(DOUBTFUL, pgettext_lazy("purpose of a notice", "vehicle that may be the expected one"), act=True),
        _card(MISSED, pgettext_lazy("purpose of a notice", "expected vehicle did not come")),
        _card(STOPPED, pgettext_lazy("purpose of a notice", "loading is stopped"), act=True),
        _card(RESUMED, pgettext_lazy("purpose of a notice", "loading goes on")),
    ),
    reasons={
        FIRM: pgettext_lazy("told as", "firm that awaits the vehicle"),
        SUPERVISOR: pgettext_lazy("told as", "supervises the firm"),
    },
)
