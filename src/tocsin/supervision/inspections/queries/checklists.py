"""Check lists: the shipped ones and those a city has edited, by code and version."""

import msgspec
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.records.face import versions_of as policy_versions_of
from tocsin.supervision.inspections.models import CheckList
from tocsin.supervision.inspections.policy.checklists import CHECKLISTS
from tocsin.supervision.inspections.rules.checklists import Fit, best_list
from tocsin.supervision.objects.models import SupervisedObject


def newest_lists() -> dict[str, CheckList]:
    """The version in force of every list by code: an unsaved row where no inspection has used it yet."""
    in_force = CHECKLISTS.in_force()
    rows = policy_versions_of(CHECKLISTS.name).filter(pk__in=in_force.versions)
    versions = {row.key: row for row in rows}
    kept = {(row.code, row.version): row for row in CheckList.objects.all()}
    found: dict[str, CheckList] = {}
    for code, one in sorted(in_force.value.items()):
        row = versions.get(code)
        version = int(row.version) if row else 1
        found[code] = kept.get((code, version)) or CheckList(
            code=code,
            version=version,
            trades=list(one.trades),
            kinds=[kind.value for kind in one.kinds],
            words={"zh": one.zh, "en": one.en},
            items=msgspec.to_builtins(one.item),
            made_by=row.made_by if row else None,
        )
    return found


def list_for(supervised_object: SupervisedObject) -> CheckList:
    """The list that fits an object best, in its newest version."""
    lists = newest_lists()
    code = best_list(
        [Fit(one.code, tuple(one.trades), tuple(one.kinds)) for one in lists.values()],
        supervised_object.trade,
        supervised_object.kind,
    )
    if code is None:
        raise InvalidInput(_("No check list fits this object."))
    return lists[code]


def versions_of(code: str) -> list[CheckList]:
    """Every version of a list that is or was in force, as far as it was used, the newest first."""
    kept = list(CheckList.objects.filter(code=code).select_related("made_by").order_by("-version"))
    newest = newest_lists().get(code)
    fresh = newest is not None and newest._state.adding and newest.made_by_id is not None
    return [newest, *kept] if newest is not None and fresh else kept
