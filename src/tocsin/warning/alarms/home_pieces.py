"""Open alarms by their level, on the page Today."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import scope
from tocsin.screens.home import HomeFigure, HomePiece, PieceRead, figures_of, trend_of
from tocsin.screens.words import LEVEL_NAMES
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import SHOWN_LEVEL, open_alarms_seen
from tocsin.warning.alarms.rules.states import PERMISSION_SEE, UNACKNOWLEDGED

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def alarms(user: "Actor", now: datetime) -> PieceRead:
    """Open alarms by level, those that nobody has acknowledged, and how many rang on each of the last days."""
    seen = open_alarms_seen(user)
    levels = Counter(
        dict(seen.order_by().annotate(counted_as=SHOWN_LEVEL).values_list("counted_as").annotate(number=Count("pk")))
    )
    unseen = seen.filter(state__in=UNACKNOWLEDGED, late=False).order_by().count()
    trend = trend_of(scope(Alarm.objects.all(), user, PERMISSION_SEE), "raised_at", now)
    page = reverse("alarms")
    by_level = [
        HomeFigure(
            str(LEVEL_NAMES[level.value]), str(levels[level.value]), f"{page}?level={level.value}", tone=level.name.lower()
        )
        for level in sorted(AlarmLevel, reverse=True)
        if level
    ]
    return PieceRead(
        figures=figures_of(
            HomeFigure(_("not acknowledged"), str(unseen), f"{page}?state=unacknowledged", tone="red" if unseen else ""),
            *by_level,
            HomeFigure(_("rang in 7 days"), str(trend.this), f"{page}?state=all", trend.compared),
        ),
        trend=trend,
        trend_words=_("Alarms by day"),
        empty=not levels,
    )


PIECES: Final = (
    HomePiece(
        "alarms",
        pgettext_lazy("today", "Alarms"),
        PERMISSION_SEE,
        "console",
        pgettext_lazy("today", "No alarm is open. Look at the console for early signs, or at the devices that are silent."),
        read=alarms,
    ),
)
