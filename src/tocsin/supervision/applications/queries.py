"""Applications that a person decides, and the one of a receipt."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from tocsin.jurisdiction.face import Region, all_regions, scope
from tocsin.jurisdiction.rights.rules import Permission
from tocsin.supervision.applications.models import FirmApplication
from tocsin.supervision.applications.rules import receipt_hash
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import Person

DECIDE: Final[Permission] = rights.MANAGE


def visible_applications(user: "Person") -> "QuerySet[FirmApplication]":
    """Those of the areas in which the user keeps the register of firms."""
    return scope(FirmApplication.objects.select_related("decided_by", "object"), user, DECIDE)


def waiting_applications(user: "Person", _now: datetime | None = None) -> "QuerySet[FirmApplication]":
    """Those that nobody has decided, the oldest first."""
    return visible_applications(user).filter(decided_at=None).order_by("entered_at")


def application_of(receipt: str) -> FirmApplication | None:
    """The one of a receipt, however it was typed."""
    return FirmApplication.objects.filter(receipt_sha256=receipt_hash(receipt)).first()


def known_firm(application: FirmApplication) -> SupervisedObject | None:
    """The firm of that credit code in the register of the county, the enterprise before its sites."""
    found = SupervisedObject.objects.filter(
        credit_code=application.credit_code, region_code=application.region_code, active=True, merged_into=None
    )
    return found.order_by("site_number").first()


def counties() -> "QuerySet[Region]":
    """Where a firm may lie."""
    return all_regions().filter(level="county")
