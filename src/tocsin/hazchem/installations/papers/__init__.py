"""Labels of the units of a firm, to be put up where people work."""

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final
from uuid import UUID

import segno
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.hazchem.installations.queries.labels import label_path
from tocsin.hazchem.installations.queries.units import may_keep, visible_units
from tocsin.hazchem.installations.shown.names import UNIT_NAMES
from tocsin.records.face import product_title
from tocsin.records.papers.rules import Paper
from tocsin.supervision.face import public_address, visible_objects

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST_LABELS: Final = 400


def plant_labels(user: "Person", object_id: UUID, now: datetime) -> Paper:
    """The paper `plant_labels`: a label for each unit of a firm, eight on an A4 sheet with marks to cut along."""
    firm = visible_objects(user).filter(pk=object_id).first()
    if firm is None or not may_keep(user, firm):
        raise NotAllowed(_("There is no such firm, or it is not yours."))
    units = list(visible_units(user).filter(object=firm).order_by("name", "pk")[:MOST_LABELS])
    if not units:
        raise InvalidInput(_("No unit of this firm is entered."))
    printed = f"{timezone.localtime(now):%Y-%m-%d}"
    values = {
        "title": _("Labels of units"),
        "number": firm.name,
        "printed_at": now,
        "platform": product_title(),
        "words": {
            "scan": _("Scan it on site, on the page of your work permits."),
            "tag": _("An NFC tag with the same address works alike."),
            "printed": _("printed %(day)s") % {"day": printed},
        },
        "labels": [
            {"svg": _qr(label_path(one.pk, now)), "name": one.name, "firm": firm.name, "kind": str(UNIT_NAMES[one.kind])}
            for one in units
        ],
    }
    return Paper(values, "supervised_object", firm.pk, firm.region_code)


def _qr(path: str) -> str:
    svg = BytesIO()
    segno.make_qr(public_address() + path, error="m").save(
        svg, kind="svg", xmldecl=True, svgns=True, border=2, dark="#16202c", light="#ffffff"
    )
    return svg.getvalue().decode()
