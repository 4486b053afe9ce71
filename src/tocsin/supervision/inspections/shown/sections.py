"""Inspections and hidden dangers on the page of an object."""

from typing import TYPE_CHECKING

from django.utils import timezone

from tocsin.jurisdiction.face import may
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.queries.findings import UNCLOSED_STATES, visible_findings
from tocsin.supervision.inspections.queries.inspections import visible_inspections
from tocsin.supervision.inspections.rules.findings import FindingState, is_overdue
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.shown import Section

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def inspections(supervised_object: SupervisedObject, user: "Person") -> dict[str, object] | None:
    """What the object's page shows of inspections; None for the firm itself."""
    if not may(user, rights.SEE, supervised_object.region_code):
        return None
    rows = visible_inspections(user).filter(object=supervised_object)[:10]
    return {
        "rows": [{"id": one.pk, "number": one.number, "state": one.state, "opened_at": one.opened_at} for one in rows],
        "may_inspect": may(user, rights.INSPECT, supervised_object.region_code),
    }


def findings(supervised_object: SupervisedObject, user: "Person") -> dict[str, object] | None:
    """What the object's page shows of hidden dangers: those that are not closed."""
    rows = visible_findings(user).filter(object=supervised_object, state__in=UNCLOSED_STATES)[:20]
    today = timezone.localdate(current_time())
    return {
        "rows": [
            {
                "id": one.pk,
                "number": one.number,
                "grade": one.grade,
                "state": one.state,
                "due_on": one.due_on,
                "text": one.text,
                "overdue": is_overdue(FindingState(one.state), one.due_on, today, unserved=one.unserved or one.own),
            }
            for one in rows
        ]
    }


INSPECTIONS = Section("inspections", inspections, "supervision/inspections/_inspections_section.html")
FINDINGS = Section("findings", findings, "supervision/inspections/_findings_section.html")
