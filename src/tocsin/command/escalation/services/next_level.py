"""Beyond one's own level: a verified event is handed to the level above, in the name of the leader on duty (升级上报).

No clock does this. An unverified alarm of a sensor never climbs.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.notices import notices_of, subject_of
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.services.acting import open_cases, touch
from tocsin.command.escalation.policy import escalation
from tocsin.command.escalation.queries import is_verified
from tocsin.command.escalation.rules import GoingUp, going_up
from tocsin.command.routing.rules import Purpose, Why
from tocsin.command.shifts.models import Shift
from tocsin.jurisdiction.face import next_desk, require_person_at_screen
from tocsin.notices import face as notices

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.jurisdiction.face import Organisation, User


@transaction.atomic
def hand_upward(*, actor: "User", case_id: UUID, text: str, channel: str = "console") -> Case:
    """The desk of the level above is told that the event goes beyond one's own power, and why; the case stays where it is.

    Conflict where policy keeps it off, nothing is verified, nobody is above or it was done; NotAllowed for anybody but the leader
    on duty at a screen.
    """
    require_person_at_screen(actor)
    book, (case,) = open_cases(actor, channel, case_id, permission=rights.LEAD)
    if not text.strip():
        raise InvalidInput(_("Say why."))
    above = _level_above(case, book.now)
    match going_up(
        switched_on=escalation(case.region_code, case.opened_at).beyond_level,
        verified=is_verified(case),
        on_duty=_leads_the_shift(actor, case, book.now),
        above=above is not None,
    ):
        case GoingUp.SWITCHED_OFF:
            raise Conflict(_("Handing to the level above is switched off here: `beyond_level` of the escalation policy."))
        case GoingUp.UNVERIFIED:
            raise Conflict(_("Nobody has been there and nothing is declared: an unverified alarm does not climb."))
        case GoingUp.NOT_ON_DUTY:
            raise NotAllowed(_("Only the leader on duty hands a case to the level above."))
        case GoingUp.NOBODY_ABOVE:
            raise Conflict(_("No desk above is known here."))
        case GoingUp.ALLOWED if above is not None:
            _tell(case, above, text, book.now)
            touch(book, case)
            book.note(case, "handed_upward", text=text, figures={"body": notices.names_of(above)})
    return case


def _tell(case: Case, above: "Organisation", text: str, now: "datetime") -> None:
    key = f"upward-{case.pk}-{case.reopenings or 0}-{above.pk}"
    if notices_of(case).filter(key=key).exists():
        raise Conflict(_("The level above has been told of this case already."))
    notices.write(
        subject_of(case),
        organisation=above,
        purpose=Purpose.TOLD,
        why=Why.LEVEL_ABOVE.value,
        urgent=True,
        key=key,
        figures={"text": text.strip()[:2000]},
        now=now,
    )


def _level_above(case: Case, now: "datetime") -> "Organisation | None":
    """The first desk outside the case's own area, along the way that matters go upward."""
    body = case.keeper or centre_of(case.region_code, now)
    while body is not None and body.region_id == case.region_code:
        body = next_desk(body, beyond_level=True)
    return body


def _leads_the_shift(actor: "User", case: Case, now: "datetime") -> bool:
    """The leader of the centre's running shift; whoever may lead where no shift is kept."""
    shift = Shift.objects.filter(desk=centre_of(case.region_code, now), ended_at__isnull=True, leader__isnull=False).first()
    return shift is None or shift.leader_id == actor.pk
