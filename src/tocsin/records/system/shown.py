"""Words for how a loop stands, and for the figures of the installation."""

from dataclasses import dataclass
from typing import Final

from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.openmetrics.exposition import generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from tocsin.bus.loops.standing import Health
from tocsin.records.system.queries import Read
from tocsin.records.system.rules import Gauge, Unit

HEALTH_WORDS: Final[dict[Health, tuple[Promise, str]]] = {
    Health.GOOD: (gettext_lazy("Runs"), "good"),
    Health.WAITING: (gettext_lazy("Another worker runs it"), ""),
    Health.STUMBLED: (gettext_lazy("Failed, tries again"), "warn"),
    Health.SILENT: (gettext_lazy("Its worker is silent"), "bad"),
    Health.FAILING: (gettext_lazy("Keeps failing"), "bad"),
}
"""The word and the tone of its mark."""
PREFIX: Final = "tocsin"
MOST_SAMPLES: Final = 7
"""Of one gauge on the page; programs read all."""


@dataclass(frozen=True)
class FigureShown:
    """A figure as people read it; `marked` where its gauge's limit is reached."""

    words: str
    value: str
    marked: bool


@dataclass(frozen=True)
class GaugeShown:
    """A gauge with its figures, those that are marked first."""

    title: str
    figures: list[FigureShown]
    more: int

    @property
    def marked(self) -> bool:
        """Whether somebody should look."""
        return any(one.marked for one in self.figures)


def describe_gauges(read: list[Read]) -> list[GaugeShown]:
    """As the page shows them: of a gauge with many labels the highest."""
    return [_shown(one) for one in read]


def _shown(read: Read) -> GaugeShown:
    gauge, samples = read.gauge, read.samples
    kept = sorted(samples, key=lambda one: -one.value)[:MOST_SAMPLES] if len(samples) > MOST_SAMPLES else samples
    figures = [FigureShown(one.words, _value(gauge, one.value), gauge.is_marked(one.value)) for one in kept]
    return GaugeShown(str(gauge.title), figures, len(samples) - len(kept))


def _value(gauge: Gauge, value: float) -> str:
    match gauge.unit:
        case Unit.BYTES:
            return str(filesizeformat(value))
        case Unit.SECONDS if value >= 7200:
            return _("%(hours)s h") % {"hours": number_format(value / 3600, 1)}
        case Unit.SECONDS:
            return _("%(seconds)s s") % {"seconds": number_format(value, 1)}
        case Unit.COUNT:
            return str(number_format(value, 0, force_grouping=True))


def in_openmetrics(read: list[Read]) -> bytes:
    """All figures in the text format of OpenMetrics 1.0, as Prometheus scrapes it."""
    registry = CollectorRegistry()
    registry.register(_Figures(read))
    text: bytes = generate_latest(registry)  # type: ignore[no-untyped-call]
    return text


class _Figures(Collector):
    """What was read, once."""

    def __init__(self, read: list[Read]) -> None:
        self._read = read

    def collect(self) -> list[Metric]:
        """One family for each gauge, also where it has no figure."""
        return [_family(one) for one in self._read]


def _family(read: Read) -> Metric:
    gauge, labels = read.gauge, list(read.samples[0].labels) if read.samples else []
    name = "_".join(filter(None, (PREFIX, gauge.name, gauge.unit.value)))
    kind = CounterMetricFamily if gauge.counts_up else GaugeMetricFamily
    family = kind(name, str(gauge.title), labels=labels, unit=gauge.unit.value)
    for one in read.samples:
        family.add_metric([one.labels[label] for label in labels], one.value)
    return family
