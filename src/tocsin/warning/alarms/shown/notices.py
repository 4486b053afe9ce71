"""What those who keep a device, and the desk of the area, read of alarms that come and go."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.warning.alarms.queries.alarms import alarms_by_id
from tocsin.warning.alarms.rules.telling import FLAPPING, KEEPS_DEVICE, WATCHES
from tocsin.warning.alarms.shown.alarms import place_of
from tocsin.warning.alarms.shown.sentences import alarm_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice
    from tocsin.warning.alarms.models import Alarm

_HEADS = {
    "began": gettext_lazy(
        "Comes and goes too often: level and state are held until it is calm. Have the device and its limit looked at."
    ),
    "calm": gettext_lazy("Calm again:"),
}


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What flaps or is calm again, with its place."""
    known = {str(one.pk): one for one in alarms_by_id({key for notice in notices for key in notice.figures["alarms"]})}
    return {one.pk: "\n".join([*upward_lines(one), *_lines(one, known)]) for one in notices}


def page(notice: "Notice") -> str:
    """The alarm, or the list where there are several."""
    alarms = notice.figures["alarms"]
    return reverse("alarm", args=[alarms[0]]) if len(alarms) == 1 else reverse("alarms")


def _lines(notice: "Notice", known: "Mapping[str, Alarm]") -> list[str]:
    figures = notice.figures
    found = [known[key] for key in figures["alarms"] if key in known]
    lines = [str(_HEADS[figures["act"]]), *(f"{place_of(one)}: {alarm_title(one)}" for one in found)]
    return [*lines, _("%(count)d more in the list of alarms.") % {"count": figures["more"]}] if figures["more"] else lines


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            FLAPPING,
            pgettext_lazy("purpose of a notice", "flapping"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=("alarms.handle",),
            stays=True,
        ),
    ),
    reasons={
        KEEPS_DEVICE: pgettext_lazy("told as", "keeps the device"),
        WATCHES: pgettext_lazy("told as", "desk of the area"),
    },
)
