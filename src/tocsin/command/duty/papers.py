"""Papers of the duty desk: the handover sheet (交接班单) and the daily duty report (值班日报), with what their pages show."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tocsin.base.errors import NotAllowed
from tocsin.command.casebook.papers import NOTHING, as_of, fact, moment, second, signature
from tocsin.command.duty.queries import visible_handovers
from tocsin.command.duty.shown import brief as told
from tocsin.command.duty.shown import handovers
from tocsin.command.duty.shown.handovers import MatterOut
from tocsin.command.duty.shown.shifts import ShiftOut
from tocsin.command.shifts.queries import visible_shifts
from tocsin.records.papers.rules import Paper

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def handover_sheet(user: "Person", handover_id: UUID, now: datetime) -> Paper:
    """The paper `handover_sheet`: the matters as they were frozen, with both signatures."""
    handover = visible_handovers(user).filter(pk=handover_id).first()
    if handover is None:
        raise NotAllowed(_("There is no such handover, or your rights do not reach it."))
    sheet = handovers.handover_sheet(user, handover, now)
    shift = sheet.shift
    taken = (sheet.answered_by, sheet.answered_at) if sheet.state == "taken" else ()
    values = {
        "title": _("Handover sheet"),
        "number": f"{handover.region_code}-{timezone.localtime(handover.given_at):%Y%m%d-%H%M}",
        "printed_at": now,
        "facts": [
            fact(_("Desk"), shift.desk),
            fact(_("Duty officers"), shift.officers),
            fact(_("Leader on shift"), shift.leader),
            fact(_("Shift began"), moment(shift.began_at)),
        ],
        "words": {"title": _("Words of who hands over"), "rows": sheet.words.splitlines()},
        "matters": _matters(_("Open matters at the handover"), sheet.matter_list),
        "since": _matters(_("Came between the two signatures"), sheet.since_list),
        "refused": _("Refused: %(reason)s") % {"reason": sheet.reason} if sheet.state == "refused" else "",
        "digest": _("Digest of what was signed: %(digest)s") % {"digest": sheet.digest},
        "signatures": [
            signature(pgettext("signature", "Handed over by"), sheet.given_by, sheet.given_at),
            signature(pgettext("signature", "Taken over by"), *taken),
        ],
    }
    return Paper(values, "handover", handover.pk, handover.region_code)


def daily_brief(user: "Person", shift_id: UUID, now: datetime) -> Paper:
    """The paper `daily_brief`: the duty day in which the shift began, as its desk's region saw it."""
    shift = visible_shifts(user).filter(pk=shift_id).first()
    if shift is None:
        raise NotAllowed(_("There is no such shift, or your rights do not reach it."))
    brief = told.daily_brief(user, shift.desk, moment=shift.began_at, now=now)
    end = min(brief.end, now)
    values = {
        "title": _("Daily duty report"),
        "number": f"{brief.region_code}-{brief.begin:%Y%m%d}",
        "printed_at": now,
        "facts": [
            fact(_("Desk"), brief.desk),
            fact(_("From – to"), f"{moment(brief.begin)} – {moment(end)}"),
            *(fact(_("Shift from %(at)s") % {"at": moment(one.began_at)}, _keepers(one)) for one in brief.shifts),
        ],
        "figures": {
            "title": _("Figures of the day"),
            "facts": [fact(one.words, str(one.number)) for one in brief.figures],
        },
        "cases": _cases(brief.cases),
        "reports": _reports(brief.reports),
        "instructions": {
            "title": _("Instructions of leaders"),
            "head": [_("When"), pgettext("paper", "What"), pgettext("paper", "Who")],
            "rows": [[second(one.at), one.sentence, one.by] for one in brief.instructions],
        },
        "note": _("Drills are not counted. %(as_of)s.") % {"as_of": as_of(end)},
        "signatures": [
            signature(pgettext("signature", "Duty officer")),
            signature(pgettext("signature", "Leader on shift")),
        ],
    }
    return Paper(values, "shift", shift.pk, shift.region_code)


def _keepers(shift: ShiftOut) -> list[str]:
    leader = [_("%(name)s (leader)") % {"name": shift.leader}] if shift.leader else []
    return [*shift.officers, *leader]


def _matters(title: str, rows: Iterable[MatterOut]) -> dict[str, object]:
    return {
        "title": title,
        "head": [_("Case"), _("What and where"), _("Next step and its time"), _("Why it is a matter")],
        "rows": [
            [
                [one.case, one.level_name, *([_("【DRILL】")] if one.drill else [])],
                [line for line in (one.title, one.place, one.state_name) if line],
                [capfirst(one.next_step_name), moment(one.due_at)] if one.due_at else NOTHING,
                [", ".join(one.kind_names), ", ".join(dict.fromkeys(one.details))],
            ]
            for one in rows
        ],
    }


def _cases(rows: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    return {
        "title": _("Cases of the day"),
        "head": [_("Case"), _("Opened"), _("What and where"), _("State"), _("Newest")],
        "rows": [
            [
                [one["number"], one["level_name"]],
                second(one["opened_at"]),
                [one["title"], one["place"]],
                one["state_name"],
                one["newest"] or NOTHING,
            ]
            for one in rows
        ],
    }


def _reports(rows: Iterable[Mapping[str, Any]]) -> dict[str, object]:
    return {
        "title": _("Reports upward"),
        "head": [_("Report"), pgettext("paper", "To"), pgettext("paper", "Due"), _("State")],
        "rows": [
            [[one["number"], capfirst(one["kind_name"])], one["addressee"], moment(one["due_at"]), one["state_name"]]
            for one in rows
        ],
    }
