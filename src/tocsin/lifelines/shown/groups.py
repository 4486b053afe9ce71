"""By what objects of networks are grouped."""

from typing import Final

from django.utils.translation import gettext_lazy

from tocsin.jurisdiction.face import organisation_names, region_names
from tocsin.lifelines.models import KIND_NAMES
from tocsin.screens.lists.groups import Grouping, Groups, words_of

GROUPS: Final = Groups(
    (
        Grouping("kind", gettext_lazy("Kind"), "kind", words_of(KIND_NAMES)),
        Grouping("street", gettext_lazy("Street"), "street"),
        Grouping("owner", gettext_lazy("Owner unit"), "owner_id", organisation_names),
        Grouping("material", gettext_lazy("Material"), "material"),
        Grouping("region", gettext_lazy("Region"), "region_code", region_names),
    ),
)
