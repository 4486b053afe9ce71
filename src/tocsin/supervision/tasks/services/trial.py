"""What other task rules would ask of the register as it is: objects by rule, and tasks in a year."""

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Final

from django.db.models import Count
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.base.toml import Document
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import with_colour
from tocsin.supervision.tasks.models import TaskRun
from tocsin.supervision.tasks.policy import TaskPolicy, read_task_draft, task_policy_of
from tocsin.supervision.tasks.queries.rules import house_rules, task_rules_for, task_rules_in_force, today
from tocsin.supervision.tasks.rules.planning import Every, Subject, plan
from tocsin.supervision.tasks.shown.rules import RuleMoved, TaskTrial
from tocsin.supervision.versions.services import Edited

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion

A_YEAR: Final = {Every.DAY: 365, Every.WEEK: 52, Every.MONTH: 12, Every.QUARTER: 4, Every.HALF_YEAR: 2, Every.YEAR: 1}


def _read(text: str, region_code: str) -> TaskPolicy:
    policy, _content = read_task_draft(text)
    if governing_prefix(region_code) and policy.of_the_house != house_rules().of_the_house:
        raise InvalidInput(
            _("[commitment], [monitoring], make_at_minute and show_done_days hold for all regions: leave them as they are.")
        )
    return policy


def try_on_register(version: "PolicyVersion") -> TaskTrial:
    """Of the objects for which the version would hold: how many each rule asks something of, now and then."""
    prefix, then = governing_prefix(version.region_code), task_policy_of(version.content)
    in_force = task_rules_in_force(today())
    objects = with_colour(SupervisedObject.objects.filter(active=True, merged_into__isnull=True))
    fields = ("region_code", "trade", "risk_class", "colour", "kind", "major_hazard")
    groups = objects.filter(region_code__startswith=prefix).order_by().values_list(*fields).annotate(Count("pk"))
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    seen = changed = 0
    year = [0, 0]
    for region, trade, risk_class, colour, kind, major_hazard, number in groups:
        now = task_rules_for(in_force, region)
        if len(now.prefix) > len(prefix):  # a narrower version holds there, and goes on to
            continue
        subject = Subject(trade, risk_class, colour or "grey", kind, major_hazard)
        asked = [_asked(one, subject) for one in (now.policy, then)]
        seen += number
        changed += number if asked[0] != asked[1] else 0
        for place, (counts, rules) in enumerate(zip((before, after), asked, strict=True)):
            year[place] += number * sum(rules.values())
            counts.update(dict.fromkeys(rules, number))
    rows = [RuleMoved(rule=rule, before=before[rule], after=after[rule]) for rule in dict.fromkeys([*after, *before])]
    return TaskTrial(objects=seen, changed=changed, year_before=year[0], year_after=year[1], rules=rows)


def try_draft(row: "PolicyVersion", _content: Document) -> dict[str, object]:
    """The same in figures alone, for the page of all policy."""
    return {name: figure for name, figure in try_on_register(row).items() if name != "rules"}


def _asked(policy: TaskPolicy, subject: Subject) -> dict[str, int]:
    """Rules that ask something of such an object by the calendar, and how often in a year."""
    return {one.rule.code: A_YEAR[one.rule.every] for one in plan(policy.rules, subject)}


def _newest_day() -> date | None:
    return TaskRun.objects.values_list("day", flat=True).first()


TASKS = Edited("tasks", _read, try_on_register, _newest_day)
