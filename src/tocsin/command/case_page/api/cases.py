"""Cases for programs: lists, alarms with the reason of each, time line, and what a person may do with a case."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.atlas.face import ExposureOut
from tocsin.base.errors import InvalidInput
from tocsin.command.calls import api as calls
from tocsin.command.case_page.api import files, releases
from tocsin.command.case_page.shown import near
from tocsin.command.case_page.shown.groups import GROUPS
from tocsin.command.case_page.shown.warnings import CaseWarningsOut, warning_lines, warnings_of_case
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.queries.notices import notices_of_family
from tocsin.command.casebook.shown.cases import CaseOut, MemberOut, describe_case, describe_member
from tocsin.command.casebook.shown.time_line import ChangeOut, describe_change
from tocsin.command.drills import api as drills
from tocsin.command.duty import api as duty
from tocsin.command.gathering.queries import alarms as queries_alarms
from tocsin.command.gathering.services import decisions as services
from tocsin.command.gathering.shown import ProposalOut, describe_proposal
from tocsin.command.handling import api as handling
from tocsin.command.handling.services import comments as services_comments
from tocsin.command.intake import api as intake
from tocsin.command.orders import api as orders
from tocsin.command.plans.api import plans
from tocsin.command.plans.api import versions as cards
from tocsin.command.quality import api as quality
from tocsin.command.reports import api as reports
from tocsin.command.units import api as crew
from tocsin.notices.face import NoticeOut, describe_notice
from tocsin.screens.budgets.requests import costly
from tocsin.screens.lists.slices import Grouped, GroupedSlice
from tocsin.screens.request import actor_of

router = Router()
router.add_router("", handling.router)
router.add_router("", plans.router)
router.add_router("", cards.router)
router.add_router("", drills.router)
router.add_router("", quality.router)
router.add_router("", orders.router)
router.add_router("", crew.router)
router.add_router("", intake.router)
router.add_router("", calls.router)
router.add_router("", duty.router)
router.add_router("", reports.router)
router.add_router("", files.router)
router.add_router("", releases.router)

CHANNEL = "api"


class CaseDetailOut(CaseOut):
    aliases: list[str] = Field(description="numbers of cases that were merged into this one")
    alarms: list[MemberOut]
    proposals: list[ProposalOut] = Field(description="what the machine asks about this case")


class CasesOut(Grouped):
    items: list[CaseOut]
    total: int
    counts: dict[str, int] = Field(description="of all open cases you may see, by state")


class CaseFilter(GroupedSlice):
    state: str = Field("open", description=f"one of {', '.join(queries.STATES)}")
    level: int | None = Field(None, ge=1, le=4, description="the case has had at least this level: 1 blue to 4 red")
    search: str = Field("", max_length=120, description="parts of the number, or of the place of its lead alarm")


class MergeIn(Schema):
    into_id: UUID
    text: str = Field("", max_length=2000)


class SplitIn(Schema):
    alarm_ids: list[UUID] = Field(min_length=1, max_length=1000)
    text: str = Field("", max_length=2000)


class CaseTextIn(Schema):
    text: str = Field(min_length=1, max_length=2000)


class ReasonIn(Schema):
    text: str = Field("", max_length=2000)


class ProposalAnswerIn(Schema):
    accept: bool
    text: str = Field("", max_length=2000)


@router.get("/cases", response=CasesOut)
def cases(request: HttpRequest, wanted: Query[CaseFilter]) -> CasesOut:
    """Cases of the counties you may see. Open ones come with the most urgent first, others with the newest first."""
    if wanted.state not in queries.STATES:
        raise InvalidInput(f"state {wanted.state!r} is unknown; use one of {', '.join(queries.STATES)}")
    found = queries.search_cases(request.user, state=wanted.state, level=wanted.level, search=wanted.search)
    part = wanted.grouped(queries.CaseList(found), GROUPS)
    items = [describe_case(one) for one in part["items"]]
    return CasesOut(items=items, total=part["total"], groups=part["groups"], counts=queries.count_cases(request.user))


router.post("/cases", response={201: handling.HandlingOut})(handling.open_case)  # one address, so one router


@router.get("/cases/{case_id}", response=CaseDetailOut)
def case(request: HttpRequest, case_id: UUID) -> CaseDetailOut:
    """One case with its alarms and the reason of each. A merged case is told as such; its alarms are where it went."""
    return _detail(request, case_id)


@router.get("/cases/{case_id}/timeline", response=list[ChangeOut])
def timeline(request: HttpRequest, case_id: UUID) -> list[ChangeOut]:
    """What happened to the case and its public warnings, oldest first."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    lines = [*map(describe_change, queries.time_line_of(found)), *warning_lines(request.user, found)]
    return sorted(lines, key=lambda line: line.at)


@router.get("/cases/{case_id}/warnings", response=CaseWarningsOut)
def warnings(request: HttpRequest, case_id: UUID) -> CaseWarningsOut:
    """Public warnings drafted from the case, with their read share, and what other services warn of at its place."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    return warnings_of_case(request.user, found, describe_case(found))


@router.get("/cases/{case_id}/near", response=ExposureOut | None)
@costly
def near_case(request: HttpRequest, case_id: UUID) -> ExposureOut | None:
    """People and bodies around a case within the policy's distances; nothing without a place, or where you may not know."""
    return near.who_is_near(request.user, queries.visible_cases(request.user).get(pk=case_id))


@router.get("/cases/{case_id}/notices", response=list[NoticeOut])
def notices_of_case(request: HttpRequest, case_id: UUID) -> list[NoticeOut]:
    """Who was told of a case, in the order in which it was written."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    return [describe_notice(one, request.user) for one in notices_of_family(found)]


@router.post("/cases/{case_id}/merge", response=CaseDetailOut)
def merge(request: HttpRequest, case_id: UUID, given: MergeIn) -> CaseDetailOut:
    """All its alarms go into another case of the same county, whose number goes on."""
    into = services.merge_cases(actor=actor_of(request), case_id=case_id, into_id=given.into_id, text=given.text, channel=CHANNEL)
    return _detail(request, into.pk)


@router.post("/cases/{case_id}/split", response=CaseDetailOut)
def split(request: HttpRequest, case_id: UUID, given: SplitIn) -> CaseDetailOut:
    """Some of its alarms go into a case of their own, which the machine keeps apart. Answers the new case."""
    made = services.split_case(
        actor=actor_of(request), case_id=case_id, alarm_ids=given.alarm_ids, text=given.text, channel=CHANNEL
    )
    return _detail(request, made.pk)


@router.post("/cases/{case_id}/comment", response=CaseDetailOut)
def comment(request: HttpRequest, case_id: UUID, given: CaseTextIn) -> CaseDetailOut:
    """Adds your words to the time line."""
    services_comments.comment_on_case(actor=actor_of(request), case_id=case_id, text=given.text, channel=CHANNEL)
    return _detail(request, case_id)


@router.post("/changes/{change_id}/undo", response=CaseDetailOut)
def undo(request: HttpRequest, change_id: UUID, given: ReasonIn) -> CaseDetailOut:
    """Takes back a merge, split or move, if nothing later builds on it."""
    found = services.undo_change(actor=actor_of(request), change_id=change_id, text=given.text, channel=CHANNEL)
    return _detail(request, found.pk)


@router.post("/proposals/{proposal_id}/answer", response=CaseDetailOut)
def answer_proposal(request: HttpRequest, proposal_id: UUID, given: ProposalAnswerIn) -> CaseDetailOut:
    """Yes: the alarms go where the machine proposed. No: the cases stay apart."""
    found = services.answer_proposal(
        actor=actor_of(request), proposal_id=proposal_id, accept=given.accept, text=given.text, channel=CHANNEL
    )
    return _detail(request, found.pk)


def _detail(request: HttpRequest, case_id: UUID) -> CaseDetailOut:
    found = queries.visible_cases(request.user).get(pk=case_id)
    return CaseDetailOut(
        **dict(describe_case(found)),
        aliases=queries.aliases_of(found),
        alarms=[describe_member(row, found.lead_id) for row in queries.members_of(found)],
        proposals=[describe_proposal(one) for one in queries_alarms.open_proposals(found)],
    )
