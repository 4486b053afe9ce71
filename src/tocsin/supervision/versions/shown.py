"""Words for people about versions of edited policies."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from ninja import Field, Schema

from tocsin.supervision.versions.models import PolicyTrial

if TYPE_CHECKING:
    from tocsin.records.face import PolicyVersion

TRIAL_ERRORS: Final[dict[str, Promise]] = {
    "too_long": gettext_lazy("It took longer than six hours."),
    "too_often": gettext_lazy("It failed several times; the worker's log says why."),
}


STATE_NAMES: Final[dict[str, Promise]] = {
    "draft": gettext_lazy("draft"),
    "coming": gettext_lazy("comes into force"),
    "on": gettext_lazy("in force"),
}


class PolicyVersionOut(Schema):
    id: UUID
    version: str
    region_code: str
    state: str = Field(description="draft, coming or on")
    effective_from: date | None
    reason: str
    made_at: datetime
    made_by: str
    switched_on_by: str

    @property
    def state_name(self) -> str:
        """The state in words."""
        return str(STATE_NAMES[self.state])


class PolicyTrialOut(Schema):
    state: str = Field(description="waiting, at_work, done or given_up")
    reason: str = Field(description="why it was given up")
    first: date
    until: date
    days: int
    looked_at: int
    objects: int
    asked_at: datetime
    done_at: datetime | None


class PolicyVersionDetailOut(PolicyVersionOut):
    content: dict[str, object]
    simulated: dict[str, object] | None = Field(description="what it would change, by the policy's own measure")
    trial: PolicyTrialOut | None = Field(description="the newest trial on history, of the points policy")


def describe_version(row: "PolicyVersion", today: date) -> PolicyVersionOut:
    """A version of the policy."""
    begins = timezone.localdate(row.effective_from) if row.effective_from is not None else None
    return PolicyVersionOut(
        id=row.pk,
        version=row.version,
        region_code=row.region_code,
        state="draft" if begins is None else "coming" if begins > today else "on",
        effective_from=begins,
        reason=row.reason,
        made_at=row.made_at,
        made_by=str(row.made_by),
        switched_on_by=str(row.confirmed_by) if row.confirmed_by else "",
    )


def describe_trial(trial: PolicyTrial | None) -> PolicyTrialOut | None:
    """How far a trial on history is: waiting, at work, done, or given up with the reason."""
    if trial is None:
        return None
    looked_at = trial.found.get("looked_at", 0)
    state = "at_work" if looked_at else "waiting"
    if trial.done_at is not None:
        state = "given_up" if trial.error else "done"
    return PolicyTrialOut(
        state=state,
        reason=str(TRIAL_ERRORS[trial.error.partition(":")[0]]) if state == "given_up" else "",
        first=trial.days[0],
        until=trial.days[-1],
        days=len(trial.days),
        looked_at=looked_at,
        objects=trial.objects_in_all,
        asked_at=trial.asked_at,
        done_at=trial.done_at,
    )
