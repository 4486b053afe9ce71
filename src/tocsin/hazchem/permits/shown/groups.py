"""By what work permits are grouped."""

from typing import Final

from django.utils.translation import gettext_lazy

from tocsin.hazchem.permits.shown import names
from tocsin.jurisdiction.face import region_names
from tocsin.screens.lists.groups import Grouping, Groups, words_of
from tocsin.supervision.face import object_names

GROUPS: Final = Groups(
    (
        Grouping("firm", gettext_lazy("Firm"), "object_id", object_names),
        Grouping("kind", gettext_lazy("Kind"), "kind", words_of(names.KIND_NAMES)),
        Grouping("state", gettext_lazy("State"), "state", words_of(names.STATE_NAMES)),
        Grouping("region", gettext_lazy("Region"), "region_code", region_names),
    ),
    oldest="begins_at",
)
