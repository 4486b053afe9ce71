"""The time line of a requisition, its audit trail, and the purpose under which its people and the owner are told."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.base.storable import storable
from tocsin.jurisdiction.face import people_who_may
from tocsin.notices.face import Contribution, Directory, Draft, PurposeCard, upward_lines, write_all
from tocsin.records.face import record_audit
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requests.services.notes import note as note_request
from tocsin.supplies.requisitions.models import Requisition, RequisitionStep

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.jurisdiction.face import User
    from tocsin.notices.face import Notice

REQUISITIONS: Final = "supply_requisitions"
DRAFTER: Final = "requisition_drafter"
SIGNER: Final = "requisition_signer"
OWNER: Final = "requisition_owner"
OF_REQUEST: Final = {
    "signed": "taking_signed",
    "handed_over": "taking_came",
    "accounted": "taking_back",
    "withdrawn": "taking_off",
}
"""Steps that stand in the time line of the request, too, and their names there."""


def note(
    requisition: Requisition,
    act: str,
    now: datetime,
    actor: "User | None",
    text: str = "",
    *,
    said_by: str = "",
    figures: Mapping[str, object] | None = None,
) -> None:
    """One line more, and the entry in the audit trail; steps that the request waits for stand in its time line, too."""
    told = dict(figures or {})
    RequisitionStep.objects.create(
        requisition=requisition,
        at=now,
        actor=actor,
        act=act,
        said_by=storable(said_by.strip())[:120],
        figures=told,
        text=storable(text.strip())[:500],
    )
    if actor is not None:
        details = {"number": requisition.number, "text": text[:200], **told}
        record_audit(actor, f"requisition.{act}", "requisition", requisition.pk, requisition.region_code, details)
    if act in OF_REQUEST and requisition.request is not None:
        figures_of_request = {"number": requisition.number, "owner": requisition.owner_name}
        note_request(requisition.request, OF_REQUEST[act], now, actor, figures=figures_of_request)


def tell_signers(requisition: Requisition, what: str, now: datetime, *, but: "UUID | None" = None, **more: object) -> None:
    """Who may sign is told, but not whoever the second person must not be."""
    people = [one for one in people_who_may(rights.REQUISITION, requisition.region_code) if one.pk != but]
    _write([_draft(requisition, what, now, SIGNER, more, person=one) for one in people], now)


def tell_drafter(requisition: Requisition, what: str, now: datetime, *, urgent: bool = True, **more: object) -> None:
    """Whoever drives it is told; where it is urgent their body, too, as that person may be off duty."""
    person = requisition.asked_by or requisition.drafted_by
    drafts = [_draft(requisition, what, now, DRAFTER, more, urgent=urgent, person=person)]
    if urgent:
        drafts.append(_draft(requisition, what, now, DRAFTER, more, urgent=True, organisation=requisition.body))
    _write(drafts, now)


def tell_owner(requisition: Requisition, what: str, now: datetime, *, urgent: bool = True, **more: object) -> None:
    """The owner's body is told; a person without an account is called by telephone, which the page says."""
    if requisition.owner is not None:
        _write([_draft(requisition, what, now, OWNER, more, urgent=urgent, organisation=requisition.owner)], now)


def _draft(
    requisition: Requisition,
    what: str,
    now: datetime,
    why: str,
    more: Mapping[str, object],
    *,
    urgent: bool = True,
    **reader: Any,
) -> Draft:
    figures: dict[str, object] = {
        "what": what,
        "requisition_id": str(requisition.pk),
        "number": requisition.number,
        "purpose": requisition.purpose,
        "owner": requisition.owner_name,
        "body": requisition.body.name_zh,
        **more,
    }
    who = reader.get("person") or reader["organisation"]
    key = f"{what}-{requisition.pk.hex}-{why}-{who.pk.hex}-{now.timestamp():.0f}"
    return Draft(REQUISITIONS, why, urgent=urgent, key=key, figures=figures, **reader)


def _write(drafts: Iterable[Draft], now: datetime) -> None:
    write_all(list(drafts), Directory(now))


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What each reader is told, in their language."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one.figures)]) for one in notices}


def _line(figures: Mapping[str, Any]) -> str:
    names = ("number", "purpose", "owner", "body", "reason", "goods", "until", "yuan", "voucher")
    words = {name: figures.get(name, "") for name in names}
    return _sentence(figures["what"]) % words


def _sentence(what: str) -> str:
    match what:
        case "asked":
            return _("Requisition %(number)s of %(owner)s for %(purpose)s waits for your signature: %(goods)s.")
        case "refused":
            return _("Requisition %(number)s is not signed: %(reason)s")
        case "signed":
            return _("Requisition %(number)s of %(owner)s is signed: hand over by a list that both sides sign.")
        case "decision":
            return _("%(body)s requisitions for %(purpose)s: %(goods)s, until about %(until)s (%(number)s). Read it, and answer.")
        case "withdrawn":
            return _("Requisition %(number)s is withdrawn: %(reason)s")
        case "prolonged":
            return _("Requisition %(number)s is prolonged until %(until)s: %(reason)s")
        case "answered":
            return _("%(owner)s answers requisition %(number)s: hands over.")
        case "objects":
            return _("%(owner)s objects to requisition %(number)s: %(reason)s")
        case "list":
            return _("A list of requisition %(number)s waits for your signature: %(goods)s.")
        case "returned":
            return _(
                "All of requisition %(number)s is accounted for. Claim compensation by %(until)s, or say that you claim none."
            )
        case "claimed":
            return _("%(owner)s claims compensation for requisition %(number)s: %(yuan)s. Value it.")
        case "valued":
            return _("The claim for requisition %(number)s is valued at %(yuan)s: it waits for your decision.")
        case "sent_back":
            return _("The valuation for requisition %(number)s comes back: %(reason)s")
        case "awarded":
            return _("For requisition %(number)s %(yuan)s are awarded.")
        case "paid":
            return _("For requisition %(number)s %(yuan)s are paid (%(voucher)s): confirm that they came.")
        case "closed":
            return _("Requisition %(number)s is closed.")
        case "late_answer":
            return _("Requisition %(number)s: %(owner)s has not answered. Ring, and enter what was said.")
        case "late_return":
            return _("Requisition %(number)s of %(owner)s has ended: give back what is left, by a list that both sides sign.")
    return _("Requisition %(number)s of %(owner)s is late: look at its next step.")


def page(notice: "Notice") -> str:
    """Where the reader acts."""
    return reverse("requisition", args=[notice.figures["requisition_id"]])


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            REQUISITIONS,
            pgettext_lazy("purpose of a notice", "requisitions"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.RESERVE, rights.REQUISITION, rights.KEEP, "firm.work", "orders.work"),
        ),
    ),
    reasons={
        DRAFTER: pgettext_lazy("told as", "who drives a requisition"),
        SIGNER: pgettext_lazy("told as", "who signs requisitions"),
        OWNER: pgettext_lazy("told as", "owner of what is requisitioned"),
    },
)
