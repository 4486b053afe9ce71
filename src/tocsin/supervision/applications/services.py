"""A firm asks, a person of its department decides, the firm fetches its one-time password by its receipt, once."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.credit_codes import CreditCodeVerdict, judge_credit_code, normal_credit_code
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.jurisdiction.contacts.rules import TELEPHONE
from tocsin.jurisdiction.face import (
    OneTimePassword,
    may_ring,
    open_firm_account,
    require,
    require_person_at_screen,
    set_one_time_password,
    system_actor,
    takes_messages,
)
from tocsin.notices.face import Directory, Draft, Outside, Way, write_all
from tocsin.records.face import record_audit
from tocsin.supervision.applications import queries
from tocsin.supervision.applications.models import FirmApplication
from tocsin.supervision.applications.policy import limits
from tocsin.supervision.applications.rules import (
    ASKED,
    FIRM_ANSWER,
    FIRM_APPLICATION,
    OWN,
    ApplicationState,
    NewApplication,
    new_receipt,
    receipt_hash,
)
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.policy.register import trades
from tocsin.supervision.objects.queries.supervisors import department_of
from tocsin.supervision.objects.rules.register import NewObject, ObjectKind
from tocsin.supervision.objects.services.register import register_object

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_REASON: Final = 500
SMS: Final = "sms"


def apply(*, new: NewApplication, language: str, now: datetime) -> str:
    """Keeps what a firm tells of itself and returns its receipt, which is shown this once. InvalidInput says what to mend.

    The department of its trade is told. What others have asked is told to nobody but as a number that is too high.
    """
    code = normal_credit_code(new.credit_code)
    _check(new, code)
    receipt = new_receipt()
    with transaction.atomic():
        waiting = FirmApplication.objects.filter(region_code=new.region_code, decided_at=None)
        if waiting.filter(credit_code=code).count() >= limits().waiting_of_firm:
            raise Conflict(_("Applications with this credit code wait already: ask the department of your trade."))
        if waiting.count() >= limits().waiting_of_area:
            raise Conflict(_("Very many firms wait in this area: try again tomorrow, or call the department of your trade."))
        made = FirmApplication.objects.create(
            region_code=new.region_code,
            credit_code=code,
            name=storable(new.name)[:200],
            trade=new.trade,
            address=storable(new.address)[:300],
            contact=storable(new.contact)[:120],
            telephone=new.telephone,
            language=language,
            receipt_sha256=receipt_hash(receipt),
            entered_at=now,
        )
        _audit(system_actor(), "firm_application.entered", made)
        _tell_department(made, now)
    return receipt


def _check(new: NewApplication, code: str) -> None:
    verdict = judge_credit_code(code)
    if verdict is CreditCodeVerdict.LENGTH:
        raise InvalidInput(_("A credit code has 18 characters."))
    if verdict is not CreditCodeVerdict.VALID:
        raise InvalidInput(_("This credit code can't be right: read it again from the business licence."))
    if not new.name or len(new.name) > 200 or not new.contact:
        raise InvalidInput(_("Tell the firm's name and who may be called."))
    if new.trade not in trades():
        raise InvalidInput(_("Choose a trade."))
    if not queries.counties().filter(pk=new.region_code).exists():
        raise InvalidInput(_("Choose the county in which the firm lies."))
    if not may_ring(TELEPHONE, new.telephone):
        raise InvalidInput(_("This is no telephone number that can be called."))


@transaction.atomic
def approve_application(*, actor: "User", application_id: UUID, now: datetime) -> FirmApplication:
    """The firm enters the register, where it is not there yet, and gets an account that its receipt opens.

    Conflict for one that was decided already; what the register refuses stays refused, and nothing is written.
    """
    require_person_at_screen(actor)
    found = _waiting(actor, application_id)
    firm = queries.known_firm(found) or register_object(
        actor=actor,
        new=NewObject(
            kind=ObjectKind.ENTERPRISE,
            name=found.name,
            trade=found.trade,
            region_code=found.region_code,
            credit_code=found.credit_code,
            address=found.address,
        ),
    )
    firm = SupervisedObject.objects.select_for_update(of=("self",)).get(pk=firm.pk)
    body, user = open_firm_account(
        actor=actor,
        code=f"{found.credit_code.lower()}-{firm.site_number}",
        name=firm.name,
        region_code=firm.region_code,
        password=OneTimePassword("", make_password(None)),
        known_id=firm.organisation_id,
    )
    if firm.organisation_id is None:
        firm.organisation = body
        firm.save(update_fields=["organisation"])
    found.object, found.user = firm, user
    return _decide(found, actor, "firm_application.approved", now)


@transaction.atomic
def refuse_application(*, actor: "User", application_id: UUID, reason: str, now: datetime) -> FirmApplication:
    """Not taken in; the firm reads the reason. Conflict for one that was decided already, InvalidInput without a reason."""
    require_person_at_screen(actor)
    found = _waiting(actor, application_id)
    reason = storable(reason.strip())
    if not 0 < len(reason) <= MOST_REASON:
        raise InvalidInput(_("Say in up to %(most)d characters why the firm is refused: it reads this.") % {"most": MOST_REASON})
    found.reason = reason
    return _decide(found, actor, "firm_application.refused", now)


def collect_password(*, receipt: str, now: datetime) -> tuple[str, str]:
    """User name and one-time password of an approved firm, shown this once. Conflict where there is none (any more)."""
    found = queries.application_of(receipt)
    if found is None or found.user is None or found.state is not ApplicationState.APPROVED:
        raise Conflict(_("There is no password to be fetched: it was shown already, or nothing was approved."))
    password = OneTimePassword.make()
    with transaction.atomic():
        if not FirmApplication.objects.filter(pk=found.pk, collected_at=None).update(collected_at=now):
            raise Conflict(_("There is no password to be fetched: it was shown already, or nothing was approved."))
        _audit(system_actor(), "firm_application.collected", found)
        set_one_time_password(actor=system_actor(), user_id=found.user.pk, password_hash=password.hashed)
    return found.user.username, password.text


def _waiting(actor: "User", application_id: UUID) -> FirmApplication:
    seen = queries.visible_applications(actor).get(pk=application_id)
    found = FirmApplication.objects.select_for_update().get(pk=seen.pk)
    require(actor, queries.DECIDE, found.region_code)
    if found.decided_at is not None:
        raise Conflict(_("This application was decided already."))
    return found


def _decide(found: FirmApplication, actor: "User", action: str, now: datetime) -> FirmApplication:
    found.decided_at, found.decided_by = now, actor
    found.save()
    _audit(actor, action, found)
    _tell_firm(found, now)
    return found


def _audit(actor: "User", action: str, found: FirmApplication) -> None:
    details: dict[str, object] = {"name": found.name, "credit_code": found.credit_code}
    record_audit(actor, action, "firm_application", found.pk, found.region_code, details)


def _tell_department(made: FirmApplication, now: datetime) -> None:
    """The body that watches over the trade there; where there is none it stands on "what waits" alone."""
    body = department_of(made.trade, made.region_code, now)
    if body is None:
        return
    figures: dict[str, object] = {"name": made.name, "credit_code": made.credit_code}
    key = f"firm-application-{made.pk}"
    draft = Draft(FIRM_APPLICATION, ASKED, urgent=False, key=key, organisation=body, figures=figures)
    write_all([draft], Directory(now))


def _tell_firm(found: FirmApplication, now: datetime) -> None:
    """By message to its number where messages reach it, else a desk calls."""
    ways = [Way(SMS, found.telephone, language=found.language)] if takes_messages(found.telephone) else []
    outside = Outside(found.name, found.region_code, (*ways, Way(TELEPHONE, found.telephone)))
    figures: dict[str, object] = {"name": found.name, "reason": found.reason, "state": found.state.value}
    draft = Draft(FIRM_ANSWER, OWN, urgent=False, key=f"firm-answer-{found.pk}", outside=outside, figures=figures)
    write_all([draft], Directory(now))
