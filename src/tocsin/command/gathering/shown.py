"""What the machine asks a person, in words."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.command.casebook.shown.cases import reason_sentence
from tocsin.command.gathering.models import Proposal
from tocsin.warning.face import AlarmWords


class ProposalOut(Schema):
    id: UUID
    case: str
    other_case: str
    alarm_id: UUID
    whole: bool = Field(description="all alarms of the case, else this one alone")
    reason: str
    at: datetime
    sentence: str


def describe_proposal(proposal: Proposal) -> ProposalOut:
    """What the machine asks."""
    alarm = AlarmWords.from_orm(proposal.alarm).title
    whole = _("The alarms of %(case)s may belong to %(other)s.")
    single = _("%(alarm)s of %(case)s may belong to %(other)s.")
    words = {"alarm": alarm, "case": proposal.case.number, "other": proposal.other.number}
    return ProposalOut(
        id=proposal.pk,
        case=proposal.case.number,
        other_case=proposal.other.number,
        alarm_id=proposal.alarm_id,
        whole=proposal.whole,
        reason=proposal.reason,
        at=proposal.at,
        sentence=f"{(whole if proposal.whole else single) % words} {reason_sentence(proposal.reason, proposal.figures)}",
    )
