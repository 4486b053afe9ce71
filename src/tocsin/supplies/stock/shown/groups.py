"""By what supplies are grouped."""

from typing import Final

from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import organisation_names, region_names
from tocsin.screens.lists.groups import Grouping, Groups, words_of
from tocsin.supplies.catalogue.policy.classes import reads_chinese
from tocsin.supplies.catalogue.queries.items import category_choices
from tocsin.supplies.stock.shown.names import LEVEL_NAMES


def categories() -> list[tuple[str, str]]:
    """The categories of supplies for a choice: code and words."""
    return [(code, zh if reads_chinese() else en) for code, zh, en in category_choices()]


GROUPS: Final = Groups(
    (
        Grouping("item", pgettext_lazy("supplies", "Item"), "item__name_zh"),
        Grouping(
            "category",
            gettext_lazy("Category"),
            "category",
            lambda codes: {one: category for one, category in categories() if one in codes},
        ),
        Grouping("store", pgettext_lazy("supplies", "Store"), "store__name"),
        Grouping("owner", pgettext_lazy("supplies", "Owner"), "owner_id", organisation_names),
        Grouping("level", gettext_lazy("Level"), "level", words_of(LEVEL_NAMES)),
        Grouping("region", gettext_lazy("Region"), "region_code", region_names),
    ),
)
