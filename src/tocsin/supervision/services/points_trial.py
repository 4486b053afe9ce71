"""What another points policy would have made of the last days, from the stored inputs of each."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.rules import governing_prefix
from tocsin.supervision.models import LedgerDay, PointsRun, PolicyVersion, SupervisedObject
from tocsin.supervision.policy.points import PointsRules, content_of, read_draft, rules_of
from tocsin.supervision.queries.points import Reckoned, last_day, recompute
from tocsin.supervision.services.policy_versions import Edited


def _read(text: str, region_code: str) -> dict[str, Any]:
    return content_of(read_draft(text))


def _try(version: PolicyVersion) -> dict[str, Any]:
    """What policy counts by kinds of task (`rules`, `check_rules`) is as it was."""
    until = last_day()
    if until is None:
        raise Conflict(_("No day has been scored yet: there is no history to try it on."))
    return try_on_history(rules_of(version.content), version.region_code, until=until)


def _newest_day() -> date | None:
    return PointsRun.objects.values_list("day", flat=True).first()


POINTS = Edited("points", _read, _try, _newest_day)


def try_on_history(rules: PointsRules, region_code: str, *, until: date) -> dict[str, Any]:
    """The result of a simulation as plain JSON; at most so many rows as policy says, every n-th object where there are more."""
    limits = rules.simulation
    known = PointsRun.objects.filter(day__lte=until, day__gt=until - timedelta(days=limits.days), ended_at__isnull=False)
    days = list(known.order_by("day").values_list("day", flat=True))
    objects = SupervisedObject.objects.filter(active=True, merged_into__isnull=True)
    ids = list(objects.filter(region_code__startswith=governing_prefix(region_code)).order_by("pk").values_list("pk", flat=True))
    step = max(1, -(-len(ids) * max(1, len(days)) // limits.most_rows))
    chosen = ids[::step]
    matrix: dict[str, int] = {}
    listed: list[dict[str, Any]] = []
    changed = looked_at = 0
    for start in range(0, len(chosen), 500):
        for rows in _histories(chosen[start : start + 500], days):
            looked_at += 1
            last, was = _replayed(rows, rules), rows[-1]
            move = f"{was.colour}>{last.colour}"
            matrix[move] = matrix.get(move, 0) + 1
            if last.colour != was.colour:
                changed += 1
                if len(listed) < limits.most_listed:
                    scores = {"score_before": was.score, "score_after": last.score}
                    listed.append({"object": str(was.object_id), "before": was.colour, "after": last.colour, **scores})
    return {
        "first": days[0].isoformat() if days else "",
        "until": until.isoformat(),
        "objects": len(ids),
        "looked_at": looked_at,
        "every": step,
        "changed": changed,
        "matrix": matrix,
        "list": listed,
    }


def _histories(ids: list[UUID], days: list[date]) -> Iterable[list[LedgerDay]]:
    """The rows that count, by object, oldest first."""
    rows = LedgerDay.objects.filter(day__in=days, object_id__in=ids).order_by("object_id", "day", "revision")
    found: dict[UUID, dict[date, LedgerDay]] = {}
    for row in rows:
        found.setdefault(row.object_id, {})[row.day] = row
    return [list(one.values()) for one in found.values()]


def _replayed(rows: list[LedgerDay], rules: PointsRules) -> Reckoned:
    """The last of these days under other rules, beginning where the object stood on the first."""
    again = Reckoned(0, 0, "grey", rows[0].standing, "grey", (0, 0, 0), "")
    for row in rows:
        again = recompute(row, again, rules)
    return again
