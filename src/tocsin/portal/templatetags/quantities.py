"""Figures, units and names of quantities in the reader's language, for the templates of every capability."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.utils.timezone import localtime

from tocsin.screens import words
from tocsin.screens.clock import current_time
from tocsin.warning.face import describe_limits

register = template.Library()


@register.filter
def quantity_name(quantity: str) -> str:
    """`methane` as "Combustible gas"."""
    return words.quantity_name(quantity)


@register.filter
def unit_name(unit: str) -> str:
    """`pct_lel` as "%LEL"."""
    return words.UNIT_NAMES.get(unit, unit)


@register.filter
def figure(number: float | None) -> str:
    """A number as people write it; a dash where there is none."""
    return "–" if number is None else words.figure(number)


@register.filter
def counted(number: int | None) -> str:
    """A count with its thousands apart; a dash where it is hidden."""
    return words.counted(number)


@register.filter
def amount(number: float | None) -> str:
    """A quantity of goods with its thousands apart; a dash where there is none."""
    return words.amount(number)


@register.filter
def money(yuan: int) -> str:
    """30000 as "¥30,000"."""
    return words.money(yuan)


@register.filter
def listed(names: Iterable[str]) -> str:
    """Several names in one line, as the reader's language has them."""
    return words.listed(*names)


@register.filter
def unlocalised(number: float | str | None) -> str:
    """A number as a form field takes it back, with all its places; what a person typed stays as it is."""
    return f"{number:.12g}" if isinstance(number, int | float) else number or ""


@register.filter
def limit_lines(sensor: Any) -> str:
    """The limits that watch a sensor as lines for web/src/chart.ts."""
    return json.dumps(describe_limits(sensor), ensure_ascii=False)


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds in the largest unit that still tells something; a dash where there are none."""
    return words.duration_words(seconds)


@register.filter
def due_time(moment: datetime) -> str:
    """Hour and minute by which something is due, with the day when it is not today."""
    local = localtime(moment)
    return f"{local:%H:%M}" if local.date() == localtime(current_time()).date() else f"{local:%m-%d %H:%M}"


@register.filter
def percent(share: float | None) -> str:
    """0.634 as "63 %"; a dash where there is none. Below 10 % with one decimal, so that small shares differ."""
    if share is None:
        return "–"
    return f"{100 * share:.0f} %" if share == 0 or share >= 0.0995 else f"{100 * share:.1f} %"


@register.filter
def of_hundred(share: float) -> str:
    """0.634 as "63.4", for the width of a bar."""
    return f"{100 * share:.3g}"
