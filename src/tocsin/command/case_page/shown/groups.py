"""By what cases are grouped."""

from typing import Final

from django.utils.translation import gettext_lazy

from tocsin.command.casebook.shown.cases import ORIGIN_NAMES, STATE_NAMES
from tocsin.jurisdiction.face import region_names
from tocsin.screens.lists.groups import Grouping, Groups, words_of
from tocsin.screens.words import LEVEL_NAMES

GROUPS: Final = Groups(
    (
        Grouping("level", gettext_lazy("Level"), "level", words_of(LEVEL_NAMES)),
        Grouping("state", gettext_lazy("State"), "state", words_of(STATE_NAMES)),
        Grouping("region", gettext_lazy("Region"), "region_code", region_names),
        Grouping("origin", gettext_lazy("Origin"), "origin", words_of(ORIGIN_NAMES)),
    ),
    worst="level",
    oldest="opened_at",
)
