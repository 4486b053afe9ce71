"""By what tasks are grouped."""

from typing import Final

from django.utils.translation import gettext_lazy

from tocsin.jurisdiction.face import region_names
from tocsin.screens.lists.groups import Grouping, Groups, words_of
from tocsin.supervision.objects.policy.register import trade_name
from tocsin.supervision.objects.queries.register import object_names
from tocsin.supervision.tasks.queries.rules import task_name
from tocsin.supervision.tasks.shown.tasks import STATE_NAMES

GROUPS: Final = Groups(
    (
        Grouping("object", gettext_lazy("Object"), "object_id", object_names),
        Grouping("task", gettext_lazy("Task"), "rule", lambda keys: {one: task_name(one) for one in keys}),
        Grouping("trade", gettext_lazy("Trade"), "object__trade", lambda keys: {one: trade_name(one) for one in keys}),
        Grouping("state", gettext_lazy("State"), "state", words_of(STATE_NAMES)),
        Grouping("region", gettext_lazy("Region"), "object__region_code", region_names),
    ),
    oldest="opens_at",
)
