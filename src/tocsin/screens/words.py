"""Names of quantities, units and levels, figures and moments in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext, pgettext_lazy

from tocsin.base.quantities import QUANTITIES
from tocsin.base.time import datetime_from_ms

QUANTITY_NAMES = {
    "methane": gettext_lazy("Combustible gas"),  # in a title never "gas leak": a measurement or a crew has to confirm that
    "temperature": gettext_lazy("Temperature"),
    "hydrogen_sulphide": gettext_lazy("Hydrogen sulphide"),
    "carbon_monoxide": gettext_lazy("Carbon monoxide"),
    "oxygen": gettext_lazy("Oxygen"),
    "ethane_ratio": gettext_lazy("Share of ethane"),
    "pressure": gettext_lazy("Pressure"),
    "flow": gettext_lazy("Flow"),
    "makeup_flow": gettext_lazy("Make-up water flow"),
    "supply_temperature": gettext_lazy("Supply temperature"),
    "return_temperature": gettext_lazy("Return temperature"),
    "level": gettext_lazy("Water level"),
    "rainfall": gettext_lazy("Rainfall"),
    "wind_speed": gettext_lazy("Wind speed"),
    "wind_direction": gettext_lazy("Wind direction"),
    "conductivity": gettext_lazy("Conductivity"),
    "tilt": gettext_lazy("Tilt"),
    "power": gettext_lazy("Power"),
    "current": gettext_lazy("Current"),
    "voltage": gettext_lazy("Voltage"),
    "energy": gettext_lazy("Energy"),
    "power_factor": gettext_lazy("Power factor"),
    "residual_current": gettext_lazy("Residual current"),
    "joint_temperature": gettext_lazy("Temperature of a joint"),
    "fire_signal": gettext_lazy("Fire signal"),
    "fault_signal": gettext_lazy("Fault signal"),
    "contact_signal": gettext_lazy("Contact"),
}
UNIT_NAMES = {
    "pct_lel": "%LEL",
    "pct_vol": "%vol",
    "pct": "%",
    "degC": "°C",
    "m3/h": "m³/h",
    "uS/cm": "µS/cm",
    "deg": "°",
    "mg/m3": "mg/m³",
}
DIRECTIONS = (
    gettext_lazy("north"),
    gettext_lazy("north-east"),
    gettext_lazy("east"),
    gettext_lazy("south-east"),
    gettext_lazy("south"),
    gettext_lazy("south-west"),
    gettext_lazy("west"),
    gettext_lazy("north-west"),
)
LEVEL_NAMES = {
    0: pgettext_lazy("alarm level", "none"),
    1: pgettext_lazy("alarm level", "level 4 (blue)"),
    2: pgettext_lazy("alarm level", "level 3 (yellow)"),
    3: pgettext_lazy("alarm level", "level 2 (orange)"),
    4: pgettext_lazy("alarm level", "level 1 (red)"),
}


def quantity_name(quantity: str) -> str:
    """The quantity's name, as people say it."""
    return str(QUANTITY_NAMES.get(quantity, quantity))


def unit_name(quantity: str) -> str:
    """The canonical unit of a quantity as it is written on screen; empty for an unknown quantity."""
    known = QUANTITIES.get(quantity)
    return UNIT_NAMES.get(known.unit, known.unit) if known else ""


def figure(number: float | None) -> str:
    """A number with three significant digits and no tail of zeros; a dash where there is none.

    >>> [figure(number) for number in (27.04, 0.123456, 1500.0, None)]
    ['27', '0.123', '1500', '–']
    """
    if number is None:
        return "–"
    return f"{number:.0f}" if abs(number) >= 1000 else f"{number:.3g}"


def counted(number: int | None) -> str:
    """A count with its thousands apart; a dash where it is hidden.

    >>> [counted(number) for number in (7, 12345, None)]
    ['7', '12,345', '–']
    """
    return "–" if number is None else f"{number:,}"


def amount(number: float | Decimal | None) -> str:
    """A quantity of goods with its thousands apart and at most three decimals; a dash where there is none.

    >>> [amount(number) for number in (86000.5, 12, 0.125, None)]
    ['86,000.5', '12', '0.125', '–']
    """
    if number is None:
        return "–"
    whole, _point, rest = f"{number:,.3f}".partition(".")
    return f"{whole}.{rest.rstrip('0')}".rstrip(".")


def money(yuan: int) -> str:
    """A sum in yuan with its thousands apart, as the reader's language writes it: ¥30,000."""
    return pgettext("sum of money", "¥%(yuan)s") % {"yuan": counted(yuan)}


def rough(number: float | None) -> str:
    """A figure inside a sentence: two significant digits below ten, else as `figure`.

    >>> [rough(number) for number in (5.774, 0.5466, 17.25, 204.0, None)]
    ['5.8', '0.55', '17.2', '204', '–']
    """
    return figure(number if number is None or abs(number) >= 10 else float(f"{number:.2g}"))


def measured(number: float | None, quantity: str) -> str:
    """A value with its unit: "27 %LEL"."""
    return f"{figure(number)} {unit_name(quantity)}".rstrip()


def moment(at: datetime) -> str:
    """A time in the city's zone, written the same in every language."""
    return formats.date_format(timezone.localtime(at), "Y-m-d H:i")


def moment_of_ms(milliseconds: int | None) -> str:
    """The same of Unix milliseconds; a dash where there is no time."""
    return "–" if milliseconds is None else moment(datetime_from_ms(milliseconds))


def short_moment(at: datetime | str) -> str:
    """The same without its year, of a time or of its ISO 8601: inside a text that is read the same day."""
    told = datetime.fromisoformat(at) if isinstance(at, str) else at
    return formats.date_format(timezone.localtime(told), "m-d H:i")


def span(moments: Iterable[str]) -> str:
    """From when to when, of ISO 8601."""
    return "–".join(map(short_moment, moments))


def in_language(names: Mapping[str, Any]) -> str:
    """The one of a name's two languages (`zh`, `en`) that the reader reads; empty where it is not told."""
    return str(names.get("zh" if (get_language() or "zh").startswith("zh") else "en", ""))


def in_one_line(*parts: str) -> str:
    """What is told of one thing, a dot between; parts may have commas of their own."""
    return " · ".join(parts)


def direction(degrees: float) -> str:
    """The point of the compass, of eight; 0 is north, 90 east."""
    return str(DIRECTIONS[round((degrees % 360) / 45) % 8])


def listed(*names: str) -> str:
    """Several names in one line."""
    return pgettext("between items of a list", ", ").join(names)


class Words(dict[str, str]):
    """Figures by name; one that a rule did not tell is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def duration_words(seconds: float | None) -> str:
    """Seconds in the largest unit that still tells something; a dash where there are none."""
    if seconds is None:
        return "–"
    if seconds < 90:
        return gettext("%(number)d s") % {"number": round(seconds)}
    if seconds < 5400:
        return gettext("%(number)d min") % {"number": round(seconds / 60)}
    return gettext("%(number).1f h") % {"number": seconds / 3600}
