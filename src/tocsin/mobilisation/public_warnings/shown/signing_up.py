"""What citizens choose from when they sign up for public warnings, in words."""

from collections.abc import Iterable
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE, governing_prefix
from tocsin.jurisdiction.face import Organisation, Region, areas_with_towns, towns_of_area
from tocsin.mobilisation.public_warnings.shown.warnings import map_texts

WAY_NAMES: Final[dict[str, Promise]] = {
    "web_push": pgettext_lazy("way of a public warning", "Push to this browser: no address is needed"),
    "email": pgettext_lazy("way of a public warning", "E-mail"),
    "sms": pgettext_lazy("way of a public warning", "Text message"),
}


def region_choices() -> list[tuple[str, str]]:
    """Areas of which towns are known, with the names of their cities before them; those where bodies of this installation
    are come first.
    """
    known = areas_with_towns()
    bodies = Organisation.objects.exclude(region=EVERYWHERE).order_by().values_list("region", flat=True).distinct()
    own = tuple(governing_prefix(code) for code in bodies)
    rows = {row.code: row for row in Region.objects.all()}
    chinese = (get_language() or "zh").startswith("zh")
    found = []
    for code in sorted(known & set(rows), key=lambda code: (not code.startswith(own), code)):
        city = rows.get(f"{code[:4]}00")
        names = list(dict.fromkeys(str(one) for one in (city, rows[code]) if one is not None))
        found.append((code, ("" if chinese else ", ").join(names)))
    return found


def town_choices(region: str) -> list[tuple[str, str]]:
    """The whole county, or a city without counties, and its towns, by code; none for anything else."""
    towns = towns_of_area(region)
    return [(region, gettext("The whole district")), *towns.items()] if towns else []


def way_choices(ways: Iterable[str]) -> list[tuple[str, Promise]]:
    """Ways that are set up here."""
    return [(one, WAY_NAMES[one]) for one in ways]


def page_texts() -> dict[str, str]:
    """For web/src/warning-subscribe.ts and the map."""
    return {
        **map_texts(),
        "no_towns": gettext("Choose at least one town."),
        "no_place": gettext("The phone does not tell where it is: choose the district from the list."),
        "push_refused": gettext("The browser does not permit notifications for this site: permit them in its settings."),
        "push_unreachable": gettext("The browser's push service was not reached: try again later, or choose another way."),
        "failed": gettext("That did not work: try again in a moment."),
    }
