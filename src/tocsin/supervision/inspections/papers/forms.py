"""What all forms of the bureau share: who issues, with which card, where the seal stands, where and until when a firm objects."""

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tocsin.jurisdiction.face import all_regions
from tocsin.supervision.inspections.models import Finding, InspectorCard
from tocsin.supervision.inspections.policy.papers import paper_policy

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

NOTHING = "–"


def issuer_name(inspector: "User | None", region_code: str) -> str:
    """The body that issues, as it stands on its seal: by policy, else the inspector's own."""
    body = inspector.organisation if inspector is not None else None
    return paper_policy(region_code).issuer.name or str(body or "")


def card_line(inspector: "User") -> str:
    """The inspector's name with the number of the law-enforcement card (执法证)."""
    card = InspectorCard.objects.filter(person=inspector).first()
    number = card.number if card is not None else pgettext("law-enforcement card", "no card number entered")
    return f"{inspector} ({number})"


def signature_of(inspector: "User | None", at: datetime | None) -> dict[str, str]:
    """Who signed by account and when; room to sign where nobody has."""
    role = pgettext("signature", "Inspector")
    if inspector is None or at is None:
        return {"role": role, "name": "", "at": ""}
    return {"role": role, "name": card_line(inspector), "at": moment(at)}


def seal_of(issuer: str, at: datetime) -> dict[str, str]:
    """The place of the seal, with the issuing body and the day."""
    return {"mark": _("(seal)"), "name": issuer, "day": date_format(timezone.localtime(at), "Y-m-d")}


def remedy(region_code: str) -> str:
    """Where and until when the firm can object: the review body and the court of the region, as policy says."""
    told = paper_policy(region_code).remedy
    region = str(all_regions().get(code=region_code))
    words = {
        "review_body": told.review_body or _("the people's government of %(region)s") % {"region": region},
        "court": told.court or _("the people's court of %(region)s") % {"region": region},
        "days": ngettext("%(count)d day", "%(count)d days", told.review_days) % {"count": told.review_days},
        "months": ngettext("%(count)d month", "%(count)d months", told.action_months) % {"count": told.action_months},
    }
    return (
        _(
            "Who does not agree with this order may ask %(review_body)s for an administrative review within %(days)s, or bring an"
            " action before %(court)s within %(months)s. The order is carried out meanwhile, unless the law provides otherwise."
        )
        % words
    )


def limit_of(finding: Finding) -> str:
    """The last day of the limit; of what was not served yet the days that count from service on."""
    if finding.unserved:
        days = ngettext("%(count)d day from service", "%(count)d days from service", finding.days)
        return days % {"count": finding.days}
    return finding.due_on.isoformat()


def signature_svg(strokes: str) -> str:
    """The strokes of a finger on the phone as a picture."""
    path = f'<path d="{escape(strokes)}" fill="none" stroke="#16202c" stroke-width="2.4" stroke-linecap="round"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 100">{path}</svg>'


def moment(at: datetime | None) -> str:
    """A moment as papers write it."""
    return NOTHING if at is None else date_format(timezone.localtime(at), "Y-m-d H:i")
