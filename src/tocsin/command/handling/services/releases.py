"""A release that somebody estimated becomes a case."""

from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from tocsin.base.errors import Conflict
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.rules.cases import Origin
from tocsin.command.handling.services.handling import open_case_by_hand
from tocsin.hazchem.face import ReleaseSubject, describe_estimate, take_over, visible_estimates
from tocsin.notices.messages.rules.subjects import CASE

if TYPE_CHECKING:
    from tocsin.command.casebook.models import Case
    from tocsin.jurisdiction.face import User

RELEASE: Final = "release:"


@transaction.atomic
def open_case_of_release(*, actor: "User", estimate_id: UUID, channel: str = "console") -> "Case":
    """A case at the place of an estimate, which belongs to it from then on; its level is orange until a person says otherwise.

    Conflict where the estimate belongs to a case already.
    """
    row = visible_estimates(actor).get(pk=estimate_id)
    if row.subject_label:
        raise Conflict(_("This estimate belongs to %(number)s already.") % {"number": row.subject_label})
    firm = row.object
    with override(settings.LANGUAGE_CODE):  # words of a case are as typed by a person: in the language of the desk
        told = describe_estimate(row)
        text = _("Estimate: %(scenario)s, wind from %(from)s, %(speed)s m/s.") % {
            "scenario": told.scenario_name,
            "from": told.wind_from,
            "speed": f"{told.wind_m_s:g}",
        }
    case = open_case_by_hand(
        actor=actor,
        region_code=row.region_code,
        matter={"by": "release", "name": row.title},
        place=firm.address or firm.name,
        level=AlarmLevel.ORANGE,
        kind=firm.trade,
        lon=row.lon,
        lat=row.lat,
        text=text,
        origin=Origin.CAPABILITY,
        origin_reference=f"{RELEASE}{row.pk}",
        channel=channel,
    )
    take_over(actor=actor, estimate_id=row.pk, subject=ReleaseSubject(CASE, case.pk, case.number))
    return case
