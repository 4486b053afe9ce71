"""Check lists: the shipped ones and those a city has edited, by code and version."""

import msgspec
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.supervision.inspections.models import CheckList
from tocsin.supervision.inspections.policy.checklists import shipped_lists
from tocsin.supervision.inspections.rules.checklists import Fit, best_list
from tocsin.supervision.objects.models import SupervisedObject


def newest_lists() -> dict[str, CheckList]:
    """The newest version of every list by code: of the shipped ones an unsaved row where nobody has used them yet."""
    found: dict[str, CheckList] = {}
    for row in CheckList.objects.order_by("code", "version"):
        found[row.code] = row
    for code, shipped in shipped_lists().items():
        if code not in found:
            found[code] = CheckList(
                code=code,
                version=1,
                trades=list(shipped.trades),
                kinds=[one.value for one in shipped.kinds],
                words={"zh": shipped.zh, "en": shipped.en},
                items=msgspec.to_builtins(shipped.item),
            )
    return dict(sorted(found.items()))


def list_for(found: SupervisedObject) -> CheckList:
    """The list that fits an object best, in its newest version."""
    lists = newest_lists()
    code = best_list([Fit(one.code, tuple(one.trades), tuple(one.kinds)) for one in lists.values()], found.trade, found.kind)
    if code is None:
        raise InvalidInput(_("No check list fits this object."))
    return lists[code]


def versions_of(code: str) -> list[CheckList]:
    """Every kept version of a list, the newest first."""
    return list(CheckList.objects.filter(code=code).select_related("made_by").order_by("-version"))
