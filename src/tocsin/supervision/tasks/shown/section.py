"""Tasks on the page of an object."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.shown import Section
from tocsin.supervision.tasks.queries.rules import task_name
from tocsin.supervision.tasks.queries.tasks import RUNNING_STATES, visible_tasks

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import Person


def section(supervised_object: SupervisedObject, user: "Person") -> dict[str, object] | None:
    """What the object's page shows of tasks; None for who may see none."""
    if not visible_tasks(user).filter(object=supervised_object).exists():
        return None
    rows: QuerySet[Any] = visible_tasks(user).filter(object=supervised_object, state__in=RUNNING_STATES)
    told = rows.values_list("pk", "rule", "rules_version", "state", "end")[:20]
    return {
        "rows": [
            {"id": pk, "name": task_name(rule, version), "state": state, "last": end - timedelta(seconds=1)}
            for pk, rule, version, state, end in told
        ]
    }


SECTION = Section("tasks", section, "supervision/tasks/_section.html")
