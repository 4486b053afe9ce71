"""Meters that are silent, on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead
from tocsin.sensing.devices.rules import Health
from tocsin.supervision.meters.queries import visible_meters
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.screens.request import Actor
    from tocsin.supervision.meters.models import Meter


def silent(user: "Actor", _now: datetime) -> PieceRead:
    """Meters in use, and those of them whose sensor is silent or that no device sends for."""
    meters = visible_meters(user).filter(active=True).order_by("code")
    all_of_them = meters.order_by().count()
    quiet = meters.filter(sensor=None) | meters.filter(sensor__health__in=(Health.SILENT, Health.UNKNOWN))
    number = quiet.order_by().count()
    return PieceRead(
        figures=(
            HomeFigure(_("silent"), str(number), tone="orange" if number else ""),
            HomeFigure(_("meters in use"), str(all_of_them)),
        )
        if all_of_them
        else (),
        lines=tuple(_line(one) for one in quiet.select_related("object", "sensor")[:MOST_LINES]),
        empty=not all_of_them,
    )


def _line(meter: "Meter") -> HomeLine:
    heard = meter.sensor.health_since if meter.sensor else None
    since = (
        _("no device sends for it") if heard is None else _("since %(at)s") % {"at": f"{timezone.localtime(heard):%m-%d %H:%M}"}
    )
    return HomeLine(str(meter), reverse("supervised_object", args=[meter.object_id]), since)


PIECES: Final = (
    HomePiece(
        "meters",
        pgettext_lazy("today", "Meters"),
        rights.OWN,
        "firm_phone",
        pgettext_lazy("today", "No meter of the firm is entered yet: the supervisor does it."),
        read=silent,
    ),
)
