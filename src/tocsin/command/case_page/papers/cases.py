"""The report of a case: what rang, what was thought and done, how it ended."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.errors import NotAllowed
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.papers import NOTHING, fact, level_mark, moment, percent, second, signature
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.queries import standing as handled
from tocsin.command.casebook.queries.notices import notices_of_family
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.casebook.shown import clocks as shown_clocks
from tocsin.command.casebook.shown import outcomes as handling
from tocsin.command.casebook.shown.cases import CaseOut, describe_case, describe_member
from tocsin.command.casebook.shown.time_line import describe_change
from tocsin.command.orders.papers import map_of_case
from tocsin.command.orders.queries.attached import files_of
from tocsin.command.orders.queries.orders import ENDED_STATES, orders_of
from tocsin.command.orders.shown import ROLE_NAMES, STATE_NAMES
from tocsin.command.plans.shown.plans import clock_subjects
from tocsin.command.routing.rules import Purpose
from tocsin.jurisdiction.face import may
from tocsin.notices.face import NoticeOut, describe_notice
from tocsin.records.face import picture_of
from tocsin.records.papers.rules import Paper
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.face import HypothesisOut, describe_diagnosis, finding_words, newest_diagnosis

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

TOLD_CAUSES = 5
TOLD_PROBABILITY = 0.02
MOST_PHOTOS = 12
TOLD_PURPOSES = (Purpose.TOLD, Purpose.ORDER, Purpose.STAND_BY, Purpose.SUPERVISE)


def case_report(user: "Person", case_id: UUID, now: datetime) -> Paper:
    """The paper `case_report`."""
    case = readable_case(user, case_id)
    told = describe_case(case)
    hypotheses = hypotheses_of(user, case)
    outcome = handled.standing_outcome(case)
    values = {
        "title": _("Case report"),
        "number": case.number,
        "printed_at": now,
        "matter": {"level": level_mark(case.peak_level), "name": told.title, "facts": _facts(case, told)},
        "map": map_of_case(user, case, hypotheses, now=now),
        "causes": _causes(hypotheses),
        "alarms": _alarms(case),
        "told": _told(case),
        "orders": _orders(case),
        "clocks": _clocks(case, now),
        "time_line": _time_line(case),
        "photos": photos_of(case),
        "outcome": {"title": _("Outcome"), "facts": _outcome(case, outcome)},
        "signatures": [
            signature(pgettext("signature", "Proposed by"), str(outcome.proposed_by), outcome.proposed_at)
            if outcome
            else signature(pgettext("signature", "Duty officer")),
            signature(pgettext("signature", "Confirmed by"), str(outcome.confirmed_by), outcome.confirmed_at)
            if outcome and outcome.confirmed_by
            else signature(pgettext("signature", "Leader on shift")),
        ],
    }
    return Paper(values, "case", case.pk, case.region_code, drill=case.drill_id is not None)


def readable_case(user: "Person", case_id: UUID) -> Case:
    """The case, for whoever may see it; NotAllowed otherwise."""
    case = queries.visible_cases(user).filter(pk=case_id).first()
    if case is None:
        raise NotAllowed(_("There is no such case, or your rights do not reach it."))
    return case


def hypotheses_of(user: "Person", case: Case) -> list[HypothesisOut]:
    """What the lead alarm's newest diagnosis ranks, for those who may see it; else nothing."""
    if case.lead_id is None or not may(user, PERMISSION_DIAGNOSIS, case.region_code):
        return []
    diagnosis = newest_diagnosis(user, case.lead_id)
    found = describe_diagnosis(diagnosis).hypotheses if diagnosis else []
    return [one for one in found if one.probability >= TOLD_PROBABILITY][:TOLD_CAUSES]


def photos_of(case: Case) -> dict[str, object]:
    """The first pictures of the case and its orders with their captions; the title says where there are more."""
    found = [one for one in files_of(case) if one.is_picture]
    title = _("Photos")
    if len(found) > MOST_PHOTOS:
        title = _("Photos (the first %(shown)d of %(all)d)") % {"shown": MOST_PHOTOS, "all": len(found)}
    captions = [" · ".join(filter(None, (one.caption, moment(one.taken_at or one.at), one.actor_name))) for one in found]
    shown = zip(found[:MOST_PHOTOS], captions, strict=False)
    return {"title": title, "pictures": [{"svg": picture_of(one), "caption": caption} for one, caption in shown]}


def _facts(case: Case, told: CaseOut) -> list[Any]:
    running = orders_of(case).exclude(state__in=ENDED_STATES)
    units = {role: [str(one.unit) for one in running if one.role == role] for role in (OrderRole.LEAD, OrderRole.ASSISTING)}
    declarations = [
        " · ".join(filter(None, (f"{one.kind_name} {one.level_name} {moment(one.declared_at)}", one.area, moment(one.ends_at))))
        for one in map(handling.describe_declaration, handled.standing_declarations(case))
    ]
    return [
        fact(_("Place"), told.place),
        fact(_("State"), told.state_name),
        fact(_("Came from"), told.origin_name),
        fact(_("First signal"), moment(case.begun_at)),
        fact(_("Opened"), moment(case.opened_at)),
        fact(pgettext("paper", "Closed"), moment(case.closed_at)),
        fact(_("Lead unit"), units[OrderRole.LEAD]),
        fact(_("Assisting units"), units[OrderRole.ASSISTING]),
        fact(_("Kept by"), str(case.keeper) if case.keeper else None),
        fact(_("Other numbers"), queries.aliases_of(case)),
        *([fact(pgettext("paper", "Declared"), declarations)] if declarations else []),
        *(
            [fact(_("Suspended until"), f"{moment(case.suspended_until)} {case.suspended_reason}")]
            if case.suspended_until
            else []
        ),
    ]


def _causes(hypotheses: Iterable[HypothesisOut]) -> dict[str, object]:
    return {
        "title": _("Possible causes (machine help for analysis)"),
        "head": [_("Cause"), _("Where"), _("Probability"), _("For and against")],
        "rows": [
            [
                one.label,
                " ".join(filter(None, (one.asset_code, one.owner.name if one.owner else ""))) or NOTHING,
                percent(one.probability),
                [f"{'+' if item.supports else '−'} {item.sentence}" for item in one.evidence[:4]] or NOTHING,
            ]
            for one in hypotheses
        ],
    }


def _alarms(case: Case) -> dict[str, object]:
    rows = [describe_member(row, case.lead_id) for row in queries.members_of(case)]
    return {
        "title": _("Alarms"),
        "head": [_("Raised"), _("Alarm"), _("Place"), _("Level"), pgettext("paper", "Over"), _("Why in this case")],
        "rows": [[second(one.raised_at), one.title, one.place, one.level_name, moment(one.closed_at), one.why] for one in rows],
    }


def _told(case: Case) -> dict[str, object]:
    """The first notice of each kind to each body or person: by which channels, when it left, what became of it."""
    first: dict[tuple[str, str], NoticeOut] = {}
    for notice in notices_of_family(case).filter(purpose__in=TOLD_PURPOSES):
        one = describe_notice(notice, None)
        first.setdefault((one.to, one.purpose), one)
    return {
        "title": _("Who was told"),
        "head": [
            pgettext("notice on paper", "Sent"),
            pgettext("notice on paper", "To"),
            pgettext("paper", "As what"),
            pgettext("paper", "By"),
            _("Fate"),
        ],
        "rows": [
            [
                second(min((sent.sent_at for sent in one.sendings if sent.sent_at), default=one.written_at)),
                one.to,
                f"{one.why_name} · {one.purpose_name}",
                ", ".join(dict.fromkeys(sent.channel_name for sent in one.sendings)) or NOTHING,
                [one.fate_name, *filter(None, (one.signed_as, moment(one.signed_at) if one.signed_at else ""))],
            ]
            for one in first.values()
        ],
    }


def _orders(case: Case) -> dict[str, object]:
    return {
        "title": _("Orders"),
        "head": [
            pgettext("paper", "Order"),
            _("Unit"),
            pgettext("paper", "Sent"),
            pgettext("paper", "Signed for"),
            pgettext("paper", "Ended"),
        ],
        "rows": [
            [
                [one.number, str(STATE_NAMES[OrderState(one.state)])],
                [str(one.unit), str(ROLE_NAMES[OrderRole(one.role)])],
                moment(one.sent_at),
                [moment(one.accepted_at), one.accepted_as] if one.accepted_at else NOTHING,
                [moment(one.ended_at), one.reason] if one.ended_at else NOTHING,
            ]
            for one in orders_of(case)
        ],
    }


def _clocks(case: Case, now: datetime) -> dict[str, object]:
    standing = {
        "met": pgettext("clock", "in time"),
        "met_late": pgettext("clock", "late"),
        "stopped": pgettext("clock", "not waited for"),
        "overdue": pgettext("clock", "overdue"),
        "nearly_overdue": pgettext("clock", "nearly overdue"),
        "running": pgettext("clock", "running"),
    }
    subjects = clock_subjects(case)
    rows = [shown_clocks.describe_clock(one, now) for one in handled.clocks_of(case)]
    return {
        "title": _("Time limits"),
        "head": [pgettext("paper", "Step"), pgettext("paper", "Due"), pgettext("paper", "Done"), _("How it stands")],
        "rows": [
            [
                ": ".join(filter(None, (capfirst(one.step_name), subjects.get(one.subject)))),
                moment(one.due_at),
                moment(one.met_at),
                standing[one.standing],
            ]
            for one in rows
        ],
    }


def _time_line(case: Case) -> dict[str, object]:
    lines = sorted((describe_change(one) for one in queries.time_line_of(case)), key=lambda line: line.at)
    return {
        "title": _("Time line"),
        "head": [_("When"), pgettext("paper", "What"), pgettext("paper", "Who")],
        "rows": [
            [
                second(one.at),
                _("%(sentence)s (taken back)") % {"sentence": one.sentence} if one.undone else one.sentence,
                " · ".join(filter(None, (one.actor, one.channel_name))),
            ]
            for one in lines
        ],
    }


def _outcome(case: Case, outcome: Any) -> list[Any]:
    if outcome is None:
        return [fact(_("Outcome"), _("The case is not closed."))]
    told = handling.describe_outcome(outcome)
    lead = case.lead
    return [
        fact(_("Outcome"), told.words),
        fact(_("In words"), told.text),
        fact(_("What it really was"), finding_words(lead.true_cause, _("other")) if lead and lead.true_cause else None),
    ]
