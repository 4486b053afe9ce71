"""Inspections that two inspectors have signed, and a file, for tests of work."""

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.people import make_named_person
from tests.supervision.firms import act
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import Inspection
from tocsin.supervision.inspections.services.inspections import enter_inspection
from tocsin.supervision.inspections.services.opening import open_inspection

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User
    from tocsin.supervision.objects.models import SupervisedObject

PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def signed_inspection(firm: "SupervisedObject", first: "User", second: "User | None" = None) -> Inspection:
    """By the list of a stop, everything in order, at the judging clock's time."""
    second = second or make_named_person(f"second-of-{first.username}", "inspector", first.organisation)
    opened = open_inspection(actor=first, object_id=firm.pk, second_id=second.pk, check_list="stop_check")
    return sign(opened, first, second)


def sign(inspection: Inspection, first: "User", second: "User", **answers: str) -> Inspection:
    """Begun where it was planned, every item answered (in order unless told), signed by both."""
    now = current_time()
    if inspection.state == "planned":
        enter_inspection(actor=first, act=act(inspection.pk, "begin", at=now))
    for item in inspection.check_list.items:
        answer = answers.get(item["code"], "good")
        enter_inspection(actor=first, act=act(inspection.pk, "answer", at=now, item=item["code"], answer=answer))
    enter_inspection(actor=first, act=act(inspection.pk, "sign", at=now))
    enter_inspection(actor=second, act=act(inspection.pk, "confirm", at=now + timedelta(seconds=1), device="other"))
    inspection.refresh_from_db()
    return inspection
