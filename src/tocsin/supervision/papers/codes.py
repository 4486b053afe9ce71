"""Signs with an object's code: one for the wall, or many on sheets to be cut."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.queries import may
from tocsin.records.papers import Paper, product_title
from tocsin.supervision.models import CodeIssue, SupervisedObject
from tocsin.supervision.policy.objects import register, trade_name
from tocsin.supervision.queries.codes import drawing, issue_in_force, sign_token
from tocsin.supervision.queries.objects import visible_objects
from tocsin.supervision.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.queries import Person


def object_sign(user: "Person", object_id: UUID, now: datetime) -> Paper:
    """The paper `object_sign`: an A5 sign of one object. Its code must have been issued."""
    found = _manageable(user, object_id)
    issue = issue_in_force(found)
    if issue is None:
        raise InvalidInput(_("Issue a code for this object first."))
    values = {**sheet_values([issue], now), "number": found.code}
    return Paper(values, "object", found.pk, found.region_code)


def object_signs(user: "Person", object_id: UUID, now: datetime) -> Paper:
    """The paper `object_signs`: A4 sheets with a sign of the object and of each of its parts that has a code."""
    found = _manageable(user, object_id)
    of_it = visible_objects(user).filter(parent=found, active=True).values("pk")
    issues = CodeIssue.objects.filter(withdrawn_at__isnull=True, object__in=[found.pk, *(row["pk"] for row in of_it)])
    rows = sorted(issues.select_related("object"), key=lambda one: (one.object_id != found.pk, one.object.code))
    if not rows:
        raise InvalidInput(_("Issue a code for this object first."))
    return Paper({**sheet_values(rows, now), "number": found.code}, "object", found.pk, found.region_code)


def sheet_values(issues: Sequence[CodeIssue], now: datetime) -> dict[str, Any]:
    """What the templates of signs show: words once, and each sign with its drawing. Issues have their object loaded."""
    page = register().public_page
    return {
        "title": _("Safety codes"),
        "number": str(len(issues)),
        "printed_at": now,
        "words": {
            "platform": product_title(),
            "heading": _("Safety code"),
            "scan": _("Scan to see the colour of today and how to report a danger"),
            "report": f"{page.report_words} {page.report_telephone}",
            "issued": _("Issued"),
        },
        "signs": [_sign(one) for one in issues],
    }


def _sign(issue: CodeIssue) -> dict[str, str]:
    found = issue.object
    svg = BytesIO()
    drawing(sign_token(issue)).save(svg, kind="svg", xmldecl=True, svgns=True, border=2, dark="#16202c", light="#ffffff")
    return {
        "svg": svg.getvalue().decode(),
        "name": found.name,
        "code": found.code,
        "trade": trade_name(found.trade),
        "issued": date_format(timezone.localtime(issue.issued_at), "Y-m-d"),
    }


def _manageable(user: "Person", object_id: UUID) -> SupervisedObject:
    found = visible_objects(user).filter(pk=object_id).first()
    if found is None or not may(user, rights.MANAGE, found.region_code):
        raise NotAllowed(_("There is no such object, or your rights do not reach it."))
    return found
