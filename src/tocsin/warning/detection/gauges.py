"""What the installation tells of its detectors: who judges which sensors, and whether nobody does."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tocsin.records.system.rules import Gauge, Sample
from tocsin.warning.detection.services.holding import judged_by
from tocsin.warning.detection.services.layout import read_count


def partitions_judged(_now: datetime) -> Iterator[Sample]:
    """How many partitions of the sensors each detector process judges."""
    judged = judged_by(read_count(settings.CONFIGURATION.data))
    for process, count in sorted(Counter(filter(None, judged.values())).items()):
        yield Sample(count, {"process": process}, process)


def partitions_unjudged(_now: datetime) -> Iterator[Sample]:
    """How many partitions nobody judges: what their sensors send waits in the log."""
    judged = judged_by(read_count(settings.CONFIGURATION.data))
    yield Sample(sum(not process for process in judged.values()))


GAUGES: Final = (
    Gauge("partitions_judged", _("Partitions of sensors that a detector judges"), partitions_judged),
    Gauge("partitions_unjudged", _("Partitions of sensors that no detector judges"), partitions_unjudged, limit=1),
)
