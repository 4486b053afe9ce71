"""The weekly lists of noisy rules, and the regions whose list is still to be written."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tocsin.command.quality.models import NoisyList
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import scope
from tocsin.warning import face as warning
from tocsin.warning.alarms.rules.states import PERMISSION_SEE

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def noisy_lists(user: "Person", region_code: str) -> QuerySet[NoisyList]:
    """Of the regions there whose alarms the user may see, the newest first."""
    found = scope(NoisyList.objects.all(), user, PERMISSION_SEE)
    return found.filter(region_code__startswith=governing_prefix(region_code))


def regions_without_list(since: datetime, until: datetime) -> Iterable[str]:
    """Regions in which something rang in that week and that have no list of it."""
    written = NoisyList.objects.filter(week_until=until).values_list("region_code", flat=True)
    return sorted(set(warning.regions_of_alarms(warning.alarms_raised(since, until))) - set(written))
