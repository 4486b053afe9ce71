"""What every act upon a report has in common: it is locked, asked whether it may go on, noted, and audited."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import system_actor
from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.rules.states import (
    GOES_ON_WITH_IT,
    INWARD,
    LEADS_TO,
    ActVerdict,
    ReportAct,
    ReportState,
    judge_act,
)
from tocsin.mobilisation.hazard_reports.services.telling import end_handing
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation, User


def told_bodies(**bodies: "Organisation | None") -> dict[str, Any]:
    """Bodies as the figures of an act carry them: looked up by their ids when shown, and named for the case that one is gone."""
    known = {name: body for name, body in bodies.items() if body is not None}
    return {name: str(body) for name, body in known.items()} | {f"{name}_id": str(body.pk) for name, body in known.items()}


@dataclass
class Acting:
    """One act under way upon a locked report; `actor` None: the reporter."""

    report: HazardReport
    act: ReportAct
    actor: "User | None"
    now: datetime

    def note(self, text: str = "", *, identity: UUID | None = None, **figures: object) -> ReportEntry:
        """Writes the line of the act; the audit trail has it, too, without the words."""
        entry = ReportEntry.objects.create(
            id=identity or new_id(),
            report=self.report,
            act=self.act.value,
            at=self.now,
            actor=self.actor,
            by_reporter=self.actor is None,
            inward=self.act in INWARD,
            text=text.strip(),
            figures=figures,
        )
        told = {"number": self.report.number, **figures}
        who = self.actor or system_actor()
        record_audit(who, f"hazard_report.{self.act.value}", "hazard_report", self.report.pk, self.report.region_code, told)
        return entry


@contextmanager
def acting(report_id: UUID, act: ReportAct, *, actor: "User | None", now: datetime, once: str = "") -> Iterator[Acting]:
    """Locks the report, refuses what does not go on, and saves it with its new state and version at the end of the block.

    `once`: the field that says that such an act was done before.
    """
    with transaction.atomic():
        report = HazardReport.objects.select_for_update(of=("self",)).select_related("object", "organisation").get(pk=report_id)
        done = bool(once and getattr(report, once))
        verdict = judge_act(act, ReportState(report.state), merged=report.merged_into_id is not None, done_before=done)
        if verdict is not ActVerdict.GOES_ON:
            raise Conflict(_refusal(verdict))
        yield Acting(report, act, actor, now)
        if act in GOES_ON_WITH_IT:
            end_handing(report, now)
        report.state = LEADS_TO.get(act, ReportState(report.state)).value
        report.version += 1
        report.save()


def _refusal(verdict: ActVerdict) -> str:
    match verdict:
        case ActVerdict.MERGED:
            return _("This report went into another one: act upon that.")
        case ActVerdict.ONCE:
            return _("This is done once, and has been done.")
        case _:
            return _("The report has gone on meanwhile: this can't be done as it stands now.")
