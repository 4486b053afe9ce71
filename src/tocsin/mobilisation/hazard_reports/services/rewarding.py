"""What was done about a reward stands with the report: its reporter and the desk read it beside the report's own state."""

from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.mobilisation.hazard_reports.models import HazardReport, ReportEntry
from tocsin.mobilisation.hazard_reports.rules.states import ReportAct, RewardStep

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import User


def note_reward(
    *, report_id: "UUID", payee_id: "UUID | None", step: RewardStep, number: str, yuan: int, actor: "User | None", now: datetime
) -> None:
    """A step of the reward of one matter, in the caller's transaction: its payee's report tells its reporter, the report in whose
    check it was found tells the desk alone where it is another one.
    """
    figures = {"reward": step.value, "number": number, "yuan": yuan}
    for one in {report_id, payee_id or report_id}:
        HazardReport.objects.filter(pk=one).update(reward=step.value)
        inward = one != (payee_id or report_id)
        ReportEntry.objects.create(report_id=one, act=ReportAct.REWARD.value, at=now, actor=actor, inward=inward, figures=figures)
