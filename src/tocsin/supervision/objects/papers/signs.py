"""Signs with an object's code: one for the wall, or many on sheets to be cut."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.records.face import print_paper, record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.objects.services.codes import issue_codes

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may
from tocsin.records.face import product_title
from tocsin.records.papers.rules import Paper
from tocsin.supervision.objects.models import CodeIssue, SupervisedObject
from tocsin.supervision.objects.policy.register import register, trade_name
from tocsin.supervision.objects.queries.codes import drawing, issue_in_force, sign_token
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


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


def sheet_values(issues: Sequence[CodeIssue], now: datetime) -> dict[str, object]:
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


MOST_SIGNS: Final = 400  # of one file: fifty sheets


def print_signs(*, actor: "User", object_ids: Sequence[UUID], renew: bool = False) -> bytes:
    """Signs of many objects as a PDF of A4 sheets with cut marks, in the order given; codes are issued where none is in force."""
    if not object_ids:
        raise InvalidInput(_("Choose objects."))
    if len(object_ids) > MOST_SIGNS:
        raise InvalidInput(_("At most %(most)s signs in one file.") % {"most": MOST_SIGNS})
    with transaction.atomic():
        issues = {one.object_id: one for one in issue_codes(actor=actor, object_ids=object_ids, renew=renew)}
    values = sheet_values([issues[one] for one in object_ids], current_time())
    document = print_paper("object_signs", values, language=get_language() or settings.LANGUAGE_CODE, owner=actor.pk)
    with transaction.atomic():
        told = {"signs": len(object_ids), "sha256": hashlib.sha256(document).hexdigest()}
        record_audit(actor, "signs.printed", "objects", str(object_ids[0]), issues[object_ids[0]].object.region_code, told)
    return document
