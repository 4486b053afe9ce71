"""Check lists are edited as new versions, each on two persons' word; what an inspection was made with never changes."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.toml import write_toml
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.records.face import NewVersion, propose
from tocsin.supervision.inspections.models import CheckList
from tocsin.supervision.inspections.policy.checklists import CHECKLISTS
from tocsin.supervision.inspections.queries.checklists import newest_lists
from tocsin.supervision.inspections.rules.checklists import read_items
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import ObjectKind

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.records.face import PolicyVersion


def kept_list(check_list: CheckList, *, now: datetime) -> CheckList:
    """The row of a list that is about to be used: a shipped one is kept with its first use."""
    if not check_list._state.adding:
        return check_list
    kept, _created = CheckList.objects.get_or_create(
        code=check_list.code,
        version=check_list.version,
        defaults={
            "trades": check_list.trades,
            "kinds": check_list.kinds,
            "words": check_list.words,
            "items": check_list.items,
            "effective_from": timezone.localdate(now),
            "made_at": now,
            "made_by_id": check_list.made_by_id,
        },
    )
    return kept


@transaction.atomic
def propose_list(
    *,
    actor: "User",
    code: str,
    base_version: int,
    zh: str,
    en: str,
    trade_codes: Iterable[str],
    kinds: Iterable[str],
    items: Iterable[Any],
) -> "PolicyVersion":
    """A new version of a list, or a new list (`base_version` 0), that waits for a second person: lists are the whole
    installation's. Conflict where somebody made a version meanwhile.
    """
    require(actor, rights.LEAD, EVERYWHERE)
    newest = newest_lists().get(code)
    if (newest.version if newest else 0) != base_version:
        raise Conflict(_("This list has another version by now: look at it first."))
    read = read_items(items)
    if not zh.strip() or not en.strip() or not code.isidentifier() or len(code) > 60:
        raise InvalidInput(_("A list needs a code of letters, and a name in both languages."))
    trade_codes, kinds = sorted(set(trade_codes)), sorted(set(kinds))
    if set(trade_codes) - set(trades()) or set(kinds) - {one.value for one in ObjectKind}:
        raise InvalidInput(_("There is no such trade or kind of object."))
    words = {"zh": zh.strip()[:120], "en": en.strip()[:120]}
    content = {"code": code, **words, "trades": trade_codes, "kinds": kinds, "item": msgspec.to_builtins(read)}
    new = NewVersion(text=write_toml(content), key=code)
    return propose(
        actor=actor, policy=CHECKLISTS.name, new=new, shown={"page": f"/inspections/checklists/{code}/"} if newest else {}
    )
