"""Points on the page of an object."""

from typing import Any

from tocsin.supervision.objects.shown import Section
from tocsin.supervision.points.queries import ledger as queries
from tocsin.supervision.points.queries.rules import rules_of_version
from tocsin.supervision.points.shown.acts import describe_consequence
from tocsin.supervision.points.shown.days import describe_day, describe_lines


def section(found: Any, user: Any) -> dict[str, object] | None:
    """What the object's page shows of points: the newest day, its lines, what waits."""
    day = queries.last_day()
    row = queries.newest_revision(found.pk, day) if day else None
    if row is None:
        return None
    rules = rules_of_version(row.rule_version)
    waiting = queries.visible_consequences(user).filter(object=found, done_at=None)
    return {
        "day": describe_day(row),
        "lines": describe_lines(row, rules),
        "consequences": [describe_consequence(one, rules) for one in waiting[:10]],
    }


SECTION = Section("points", section, "supervision/points/_section.html")
