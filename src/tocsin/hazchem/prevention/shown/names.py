"""Words for methods, scales, colours, measures and periods."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.prevention.rules.kinds import CheckPeriod, MeasureKind, RiskColour, RiskMethod, RiskScale

METHOD_NAMES: Final[dict[str, Promise]] = {
    RiskMethod.JHA: pgettext_lazy("method of a risk analysis", "job hazard analysis (JHA)"),
    RiskMethod.SCL: pgettext_lazy("method of a risk analysis", "safety check list (SCL)"),
    RiskMethod.HAZOP: pgettext_lazy("method of a risk analysis", "HAZOP"),
    RiskMethod.OTHER: pgettext_lazy("method of a risk analysis", "other"),
}
SCALE_NAMES: Final[dict[str, Promise]] = {
    RiskScale.LS: pgettext_lazy("scale of a risk", "LS: R = L·S"),
    RiskScale.LEC: pgettext_lazy("scale of a risk", "LEC: D = L·E·C"),
}
COLOUR_NAMES: Final[dict[str, Promise]] = {
    RiskColour.RED: pgettext_lazy("colour of a risk", "red, major risk"),
    RiskColour.ORANGE: pgettext_lazy("colour of a risk", "orange, larger risk"),
    RiskColour.YELLOW: pgettext_lazy("colour of a risk", "yellow, general risk"),
    RiskColour.BLUE: pgettext_lazy("colour of a risk", "blue, low risk"),
}
MEASURE_NAMES: Final[dict[str, Promise]] = {
    MeasureKind.ENGINEERING: pgettext_lazy("measure against a risk", "engineering"),
    MeasureKind.MAINTENANCE: pgettext_lazy("measure against a risk", "maintenance"),
    MeasureKind.OPERATION: pgettext_lazy("measure against a risk", "operation"),
    MeasureKind.EMERGENCY: pgettext_lazy("measure against a risk", "emergency"),
}
PERIOD_NAMES: Final[dict[str, Promise]] = {
    CheckPeriod.DAY: pgettext_lazy("period of a check", "every day"),
    CheckPeriod.WEEK: pgettext_lazy("period of a check", "every week"),
    CheckPeriod.MONTH: pgettext_lazy("period of a check", "every month"),
    CheckPeriod.QUARTER: pgettext_lazy("period of a check", "every quarter"),
    CheckPeriod.HALF_YEAR: pgettext_lazy("period of a check", "every half year"),
    CheckPeriod.YEAR: pgettext_lazy("period of a check", "every year"),
}
