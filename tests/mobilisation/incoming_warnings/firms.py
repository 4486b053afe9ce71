"""Many firms in the middle of the area of the warning, each with a body of its own."""

from tests.mobilisation.incoming_warnings.services import NOW
from tests.people import LICANG
from tests.supervision.firms import make_body
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.mobilisation.incoming_warnings.models import WarningDemand
from tocsin.notices.messages.models import Notice
from tocsin.supervision.objects.models import SupervisedObject


def make_firms(count: int) -> list[Organisation]:
    """So many."""
    make_body("first")
    bodies = Organisation.objects.bulk_create(
        Organisation(code=f"firm-{number}", name_zh=f"企业{number}", name_en=f"Firm {number}", region_id=LICANG)
        for number in range(count)
    )
    SupervisedObject.objects.bulk_create(
        SupervisedObject(
            code=f"QC-MANY-{number:05}",
            kind="enterprise",
            name=body.name_zh,
            trade="chemicals",
            risk_class="red",
            region_code=LICANG,
            created_at=NOW,
            organisation=body,
            lon=120.38,
            lat=36.166,
        )
        for number, body in enumerate(bodies)
    )
    return bodies


def asked() -> list[tuple[object, ...]]:
    """Every firm that was asked, with its task and its notice."""
    notices = set(Notice.objects.filter(purpose="warned").values_list("key", flat=True))
    return [
        (row.object_id, row.task_id is not None, row.notice_key in notices)
        for row in WarningDemand.objects.filter(who="firm").order_by("object")
    ]
