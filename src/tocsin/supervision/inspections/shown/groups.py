"""By what hidden dangers are grouped."""

from typing import Final

from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import region_names
from tocsin.screens.lists.groups import Grouping, Groups, words_of
from tocsin.supervision.inspections.shown import findings as told
from tocsin.supervision.objects.queries.register import object_names

GROUPS: Final = Groups(
    (
        Grouping("firm", gettext_lazy("Firm"), "object_id", object_names),
        Grouping("grade", pgettext_lazy("hidden danger", "Grade"), "grade", words_of(told.GRADE_NAMES)),
        Grouping("state", gettext_lazy("State"), "state", words_of(told.STATE_NAMES)),
        Grouping("region", gettext_lazy("Region"), "region_code", region_names),
        Grouping("due", gettext_lazy("Rectify by"), "due_on"),
    ),
    oldest="found_at",
)
