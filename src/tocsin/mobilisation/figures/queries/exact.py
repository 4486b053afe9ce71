"""Every figure with nothing hidden, for who may read each report of the area."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.figures.queries.counts import count, frame_of
from tocsin.mobilisation.figures.rules import rights
from tocsin.mobilisation.figures.rules.counting import Figures, publish
from tocsin.mobilisation.figures.rules.periods import Period, read_period
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.rewards.models import Reward

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

_NOTHING_HIDDEN = 0


def newest_period(now: datetime) -> Period:
    """The last month that is over."""
    return Period((timezone.localdate(now).replace(day=1) - timedelta(days=1)).replace(day=1), 1)


def exact_figures(user: "Person", period: str, *, now: datetime) -> dict[tuple[str, str], Figures]:
    """By area and trade, of the reader's area alone, as it stands now; InvalidInput for what is no period."""
    wanted = read_period(period)
    if wanted is None:
        raise InvalidInput(_("A period is written as 2026-10, 2026-Q4 or 2026."))
    reports = scope(HazardReport.objects.all(), user, rights.SEE)
    rewards = scope(Reward.objects.all(), user, rights.SEE)
    start, end = wanted.bounds(timezone.get_default_timezone())
    used = {*reports.filter(received_at__lt=now).order_by().values_list("region_code", flat=True).distinct()}
    used |= {*rewards.order_by().values_list("region_code", flat=True).distinct()}
    if not used:
        return {}
    frame = frame_of(used, 1)
    told = publish(count(reports, rewards, start, end, frame), frame, _NOTHING_HIDDEN)
    return {(one.area, one.trade): one for one in told}
