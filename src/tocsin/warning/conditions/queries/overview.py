"""The conditions of a region with how often each rings."""

from collections import Counter
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed
from tocsin.engine.conditions.model import Condition
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import may_anywhere
from tocsin.warning.alarms.queries.alarms import visible_alarms
from tocsin.warning.alarms.rules.states import PERMISSION_SEE
from tocsin.warning.conditions.policy import CONDITIONS
from tocsin.warning.conditions.rules import PREFIX

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def conditions_in(user: "Person", region_code: str) -> list[tuple[Condition, int]]:
    """Every condition as it is in force in a region (empty: everywhere), with the open alarms of it that the user sees there.

    NotAllowed for who sees alarms nowhere.
    """
    if not may_anywhere(user, PERMISSION_SEE):
        raise NotAllowed(_("Your roles do not show you alarms."))
    open_alarms = visible_alarms(user).filter(closed_at__isnull=True, rule__startswith=PREFIX)
    rules = open_alarms.filter(region_code__startswith=governing_prefix(region_code)).values_list("rule", flat=True)
    counts = Counter(rule.removeprefix(PREFIX) for rule in rules)
    return [(one, counts[one.code]) for one in CONDITIONS.current(region=region_code).by_code.values()]
