"""Mended cases: their readings are watched by the closing rule, and the case says when they keep it or no longer do."""

from datetime import datetime
from functools import partial

from tocsin.bus.services import in_one_transaction
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.services.log import MACHINE, open_book
from tocsin.command.closing.queries import WATCHED, calm_standing
from tocsin.jurisdiction.face import system_actor


def watch_mended_cases(*, now: datetime) -> int:
    """Compares every mended case with the closing rule; returns how many changed. Unavailable where the history can't be read."""
    changed = 0
    for case in Case.objects.filter(state__in=WATCHED).select_related("lead").order_by("opened_at"):
        standing = calm_standing(case, now=now)
        if bool(standing.lacks) == (case.calm_since is not None):
            calm_since = None if standing.lacks else standing.calm_since or now
            changed += in_one_transaction(partial(_note, case, calm_since, now))
    return changed


def _note(found: Case, calm_since: datetime | None, now: datetime) -> int:
    book = open_book(found.region_code, actor=system_actor(), channel=MACHINE, now=now)
    case = Case.objects.select_for_update().get(pk=found.pk)
    if case.state not in WATCHED or case.calm_since == calm_since:
        return 0
    case.calm_since = calm_since
    book.note(case, "calm" if calm_since else "calm_over", figures={"since": calm_since.isoformat()} if calm_since else {})
    book.refresh(case)
    return 1
