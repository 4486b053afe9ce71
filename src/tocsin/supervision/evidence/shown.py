"""Names of the levels that platforms stand on."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

LEVEL_NAMES: Final[dict[str, Promise]] = {
    "firm": pgettext_lazy("level of a platform", "firm"),
    "town": pgettext_lazy("level of a platform", "town"),
    "county": pgettext_lazy("level of a platform", "county"),
    "city": pgettext_lazy("level of a platform", "city"),
    "province": pgettext_lazy("level of a platform", "province"),
    "utility": pgettext_lazy("level of a platform", "utility"),
    "grid": pgettext_lazy("level of a platform", "grid"),
}


def level_name(level: str) -> str:
    """A platform's level in words; one that no policy names stays as it was told."""
    return str(LEVEL_NAMES.get(level, level))
