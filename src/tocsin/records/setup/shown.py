"""Steps and checks as people and programs read them."""

from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.records.setup.queries import CheckRead, StepRead, StepState
from tocsin.records.system.queries import opens_page
from tocsin.screens.readiness import Stake
from tocsin.screens.shapes import OnPages

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

STAKE_NAMES: Final[dict[Stake, Promise]] = {
    Stake.DANGER: pgettext_lazy("what is at stake", "People in danger"),
    Stake.HELP: pgettext_lazy("what is at stake", "Help comes late"),
    Stake.OPERATION: pgettext_lazy("what is at stake", "Operation"),
}
STAKE_TONES: Final = {Stake.DANGER: "bad", Stake.HELP: "warn", Stake.OPERATION: ""}
STATE_NAMES: Final[dict[StepState, Promise]] = {
    StepState.DONE: pgettext_lazy("step of setting up", "done"),
    StepState.OPEN: pgettext_lazy("step of setting up", "to do"),
    StepState.SKIPPED: pgettext_lazy("step of setting up", "left out"),
}
STATE_TONES: Final = {StepState.DONE: "good", StepState.OPEN: "warn", StepState.SKIPPED: ""}


class SetupFactOut(Schema):
    """One count of a step."""

    words: str
    count: int
    missing: bool = Field(description="the step needs more of it")


class SetupLinkOut(Schema):
    """Where a step is done."""

    words: str
    url: str


class SetupStepOut(Schema):
    """One step of setting up an area, as the facts are now."""

    name: str
    title: str
    how: str
    state: StepState
    state_name: str
    optional: bool
    facts: list[SetupFactOut]
    links: list[SetupLinkOut]
    reason: str = Field(description="why it is left out; empty where it is not")
    skipped_by: str
    tone: OnPages[str]
    part: OnPages[str]


class ReadinessCheckOut(Schema):
    """What one check found."""

    name: str
    title: str
    why: str
    stake: int = Field(description="1: people are in danger, 2: help comes late, 3: operation")
    stake_name: str
    count: int
    names: list[str] = Field(description="the first of them")
    url: str = Field(description="where it is mended; empty where only who administers the whole installation mends it")
    tone: OnPages[str]


def describe_step(read: StepRead, user: "Actor") -> SetupStepOut:
    """One step with its words; its links are those that the user may open."""
    links = [one for one in read.step.links if opens_page(user, one.page)]
    step, skipped = read.step, read.skipped if read.state is StepState.SKIPPED else None
    return SetupStepOut(
        name=step.name,
        title=str(step.title),
        how=str(step.how),
        state=read.state,
        state_name=str(STATE_NAMES[read.state]),
        optional=step.optional,
        facts=[SetupFactOut(words=one.words, count=one.count, missing=one.missing) for one in read.facts],
        links=[SetupLinkOut(words=str(one.words), url=reverse(one.page, args=one.args)) for one in links],
        reason=skipped.reason if skipped else "",
        skipped_by=str(skipped.by) if skipped else "",
        tone=STATE_TONES[read.state],
        part=step.part,
    )


def describe_check(read: CheckRead, user: "Actor") -> ReadinessCheckOut:
    """One check with its words."""
    check, finding = read.check, read.finding
    return ReadinessCheckOut(
        name=check.name,
        title=str(check.title),
        why=str(check.why),
        stake=check.stake.value,
        stake_name=str(STAKE_NAMES[check.stake]),
        count=finding.count,
        names=list(finding.names),
        url=reverse(check.page) if opens_page(user, check.page) else "",
        tone=STAKE_TONES[check.stake] if finding.count else "good",
    )
