"""By what alarms are grouped."""

from typing import Final

from django.utils.translation import gettext_lazy

from tocsin.jurisdiction.face import organisation_names, region_names
from tocsin.screens.lists.groups import Grouping, Groups, words_of
from tocsin.screens.words import LEVEL_NAMES, QUANTITY_NAMES
from tocsin.warning.alarms.queries.alarms import CAUSE, KEEPER, SHOWN_LEVEL, STREET
from tocsin.warning.alarms.shown.sentences import STATE_NAMES, TITLES
from tocsin.warning.causes.shown.labels import cause_label

GROUPS: Final = Groups(
    (
        Grouping("body", gettext_lazy("Department or owner"), KEEPER, organisation_names),
        Grouping("street", gettext_lazy("Street"), STREET),
        Grouping("cause", gettext_lazy("Possible cause"), CAUSE, lambda causes: {one: cause_label(one) for one in causes}),
        Grouping("rule", gettext_lazy("Rule"), "rule", words_of(TITLES)),
        Grouping("quantity", gettext_lazy("Quantity"), "quantity", words_of(QUANTITY_NAMES)),
        Grouping("state", gettext_lazy("State"), "state", words_of(STATE_NAMES)),
        Grouping("level", gettext_lazy("Level"), SHOWN_LEVEL, words_of(LEVEL_NAMES)),
        Grouping("region", gettext_lazy("Region"), "region_code", region_names),
    ),
    worst=SHOWN_LEVEL,
    oldest="raised_at",
)
