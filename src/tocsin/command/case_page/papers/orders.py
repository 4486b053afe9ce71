"""What a unit gets on paper: the notice to act (处置通知单) and the supervision order (督办单)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from tocsin.base.errors import NotAllowed
from tocsin.command.case_page.papers.cases import hypotheses_of
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.papers import as_of, fact, level_mark, moment, percent, signature
from tocsin.command.casebook.queries.places import centre_of
from tocsin.command.casebook.rules.clocks import Step
from tocsin.command.casebook.shown.cases import CaseOut, describe_case
from tocsin.command.casebook.shown.clocks import STEP_NAMES
from tocsin.command.guidance.queries import guidance_for
from tocsin.command.guidance.rules.lines import GuidanceKind
from tocsin.command.guidance.shown import KIND_NAMES, describe_guidance
from tocsin.command.orders.models import Order
from tocsin.command.orders.papers import map_of_case
from tocsin.command.orders.queries.orders import orders_of, visible_orders
from tocsin.command.orders.shown import role_name
from tocsin.command.plans.queries.plans import starts_of
from tocsin.command.plans.shown.plans import describe_start
from tocsin.command.units.shown.briefings import BriefingOut, describe_briefing, first_cause
from tocsin.command.urging.models import SupervisionOrder
from tocsin.command.urging.policy import urging_policy
from tocsin.command.urging.queries import steps_of, visible_urgings
from tocsin.command.urging.shown import describe_urging
from tocsin.records.papers.rules import Paper
from tocsin.warning.face import HypothesisOut

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person, User


def disposal_notice(user: "Person", order_id: UUID, now: datetime) -> Paper:
    """The paper `disposal_notice` of an order."""
    order = _readable_order(user, order_id)
    case = order.case
    told = describe_case(case)
    reader = cast("User", user)
    first = first_cause(reader, order)
    hypotheses = hypotheses_of(user, case) or (first.hypotheses if first is not None else [])
    briefing = describe_briefing(reader, order, now=now)
    guidance = describe_guidance(guidance_for(case, at=now))
    values = {
        "title": _("Notice to act"),
        "number": order.number,
        "printed_at": now,
        "must_not": {
            "title": str(KIND_NAMES[GuidanceKind.MUST_NOT]),
            "rows": [one.text for one in guidance.must_not],
        },
        "addressed_to": _addressed_to(order, now),
        "matter": {
            "title": told.title,
            "level": level_mark(case.level or case.peak_level),
            "facts": [*_matter(case, told), *_measured(briefing), *_suspected(briefing)],
            "why": [briefing.asked, *briefing.why, *_likely(hypotheses)],
        },
        "tasks": {
            "title": _("What to do and by when"),
            "head": [pgettext("paper", "What to do"), pgettext("paper", "By when")],
            "rows": _tasks(order, now),
        },
        "mind": [one.text for one in guidance.mind],
        "map": map_of_case(user, case, hypotheses, now=now),
        "reply": _reply(case, now),
        "signatures": [
            signature(pgettext("signature", "Issued by"), str(order.sent_by), order.sent_at),
            signature(pgettext("signature", "Signed for by the unit"), order.accepted_as, order.accepted_at),
        ],
    }
    return Paper(values, "order", order.pk, order.region_code, drill=case.drill_id is not None)


def supervision_order(user: "Person", urging_id: UUID, now: datetime) -> Paper:
    """The paper `supervision_order` as it was issued, with its signature and its answer."""
    urging = visible_urgings(user).filter(pk=urging_id).first()
    if urging is None:
        raise NotAllowed(_("There is no such order, or your rights do not reach it."))
    order, told = urging.order, describe_urging(urging, now)
    case = describe_case(order.case)
    said = urging.answer
    values = {
        "title": _("Supervision order"),
        "number": urging.number,
        "issuer": str(centre_of(order.region_code, now) or urging.issued_by.organisation or ""),
        "printed_at": now,
        "addressed_to": _addressed_to(order, now),
        "matter": {
            "title": case.title,
            "level": level_mark(order.case.level or order.case.peak_level),
            "facts": [*_matter(order.case, case), fact(_("Order"), order.number)],
        },
        "late": {
            "title": _("Not done in time"),
            "head": [pgettext("paper", "Step"), pgettext("paper", "Due"), _("Late by")],
            "rows": [[one.step_name, moment(one.due_at), _late_by(one.due_at, urging.issued_at)] for one in told.late],
            "none": _("%(as_of)s nothing is overdue.") % {"as_of": as_of(urging.issued_at)},
        },
        "asked": [
            *filter(None, [urging.text]),
            _("Do at once what is overdue and report how it stands, with the reason of the delay."),
            _("No return and no transfer sets a time limit back."),
            _answer_by(urging),
        ],
        "answer": {
            "title": _("Answer of the unit"),
            "rows": [
                [_("Reason of the delay"), said.get("reason", "")],
                [_("Measures and time"), said.get("measures", "")],
                [_("Responsible person"), said.get("person", "")],
            ],
        },
        "reply": _reply(order.case, now),
        "signatures": [
            signature(pgettext("signature", "Issued by"), str(urging.issued_by), urging.issued_at),
            signature(pgettext("signature", "Signed for by the unit"), urging.signed_as, urging.signed_at),
        ],
    }
    return Paper(values, "order", order.pk, order.region_code, drill=order.case.drill_id is not None)


def _answer_by(urging: SupervisionOrder) -> str:
    if urging.answer_by is not None:
        return _("Answer by %(time)s.") % {"time": moment(urging.answer_by)}
    minutes = urging_policy(urging.region_code).answer_min
    return _("Answer within %(minutes)d minutes after you have this paper.") % {"minutes": minutes}


def _readable_order(user: "Person", order_id: UUID) -> Order:
    order = visible_orders(user).select_related("sent_by").filter(pk=order_id).first()
    if order is None:
        raise NotAllowed(_("There is no such order, or your rights do not reach it."))
    return order


def _addressed_to(order: Order, now: datetime) -> list[Any]:
    others = [f"{one.unit} ({role_name(one)})" for one in orders_of(order.case) if one.pk != order.pk]
    return [
        fact(pgettext("paper", "To"), f"{order.unit} ({role_name(order)})"),
        fact(_("Also told to act"), others),
        fact(pgettext("paper", "From"), str(centre_of(order.region_code, now) or "")),
    ]


def _matter(case: Case, told: CaseOut) -> list[Any]:
    return [
        fact(_("Case"), case.number),
        fact(_("Place"), told.place),
        fact(_("First signal"), moment(case.begun_at)),
        fact(_("Position"), f"{told.lon:.5f}, {told.lat:.5f} (WGS84)" if told.lon is not None else None),
    ]


def _likely(hypotheses: list[HypothesisOut]) -> list[str]:
    """The likeliest cause, as what it is: the machine's help. Never told as a fact."""
    return [
        _("Possible cause: %(cause)s, %(percent)s. Check it on site.") % {"cause": one.label, "percent": percent(one.probability)}
        for one in hypotheses[:1]
    ]


def _measured(briefing: BriefingOut) -> list[Any]:
    """What the sensors there say now."""
    rows = [f"{one.name} · {one.quantity}: {one.value} ({moment(one.at)})" for one in briefing.values if one.at is not None]
    return [fact(pgettext("paper", "Measured"), rows)] if rows else []


def _suspected(briefing: BriefingOut) -> list[Any]:
    """What may be at fault, and where."""
    one = briefing.suspicion
    if one is None:
        return []
    return [fact(_("Suspected place"), " · ".join(filter(None, [one.asset, one.where, briefing.route])))]


def _tasks(order: Order, now: datetime) -> list[list[Any]]:
    """Tasks of started plans that name this unit, then the case's own steps."""
    started = [describe_start(start, now=now) for start in starts_of(order.case)]
    tasks = [one for start in started for one in start.tasks if one.organisation_id == order.unit_id]
    return [
        *([[one.text, *(f"□ {line.text}" for line in one.check)], moment(one.due_at)] for one in tasks),
        *([capfirst(str(STEP_NAMES[Step(clock.step)])), moment(clock.due_at)] for clock in steps_of(order)),
    ]


def _late_by(due_at: datetime, at: datetime) -> str:
    minutes = int((at - due_at).total_seconds() // 60)
    return ngettext("%(minutes)d minute", "%(minutes)d minutes", minutes) % {"minutes": minutes}


def _reply(case: Case, now: datetime) -> str:
    centre = centre_of(case.region_code, now)
    if centre is None or not centre.telephone:
        return _("Answer to the desk that sent this.")
    return _("Answer to %(desk)s, telephone %(telephone)s.") % {"desk": centre, "telephone": centre.telephone}
