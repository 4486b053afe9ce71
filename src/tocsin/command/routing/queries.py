"""Whom a case concerns, as bodies of this moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.cases import root_of
from tocsin.command.casebook.queries.places import asset_of, place_kind_of
from tocsin.command.casebook.rules.cases import EPISODE, FAULT
from tocsin.command.routing.policy.routing import ROUTING, routing
from tocsin.command.routing.rules import LikelyCause, Recipient, Routing, RoutingFacts, Why, recipients_of
from tocsin.jurisdiction import face as jurisdiction
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.records.face import read_content
from tocsin.screens.clock import current_time
from tocsin.supervision.face import is_trade, supervisor_of_episode
from tocsin.warning.face import newest_diagnoses

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation
    from tocsin.records.face import PolicyVersion

MOST_CASES = 200


@dataclass(frozen=True)
class Concerned:
    """A body that a case concerns: as what, and which likely causes would be its own."""

    organisation: "Organisation"
    why: Why
    causes: tuple[LikelyCause, ...]


def lifeline_of(case: Case) -> str:
    """The lifeline that a case is about: as a person said, else by what was measured; empty where neither tells."""
    lead = root_of(case).lead
    if case.kind == FAULT or trade_of(case):
        return ""
    return case.kind or (
        routing(case.region_code, case.opened_at).lifeline_of_quantity.get(lead.quantity, "") if lead is not None else ""
    )


def trade_of(case: Case) -> str:
    """The trade of the firm that a case is about; empty for a case of a lifeline."""
    return case.kind if is_trade(case.kind) else ""


@dataclass
class ConcernedBodies:
    """Whom cases concern at a moment, each body and diagnosis looked up once for one transaction.

    `draft`: a routing to be tried in the place of the one that a case began with.
    """

    at: datetime
    draft: Routing | None = None
    _known: dict[tuple[Any, ...], Any] = field(default_factory=dict)

    def of(self, case: Case) -> list[Concerned]:
        """Everybody that the case concerns, each body once, in the order of their reasons."""
        found: dict[UUID, Concerned] = {}
        keeper: UUID | None = None
        for recipient in recipients_of(self._facts(case), self._routing(case)):
            bodies = self._bodies(recipient, case.region_code)
            if recipient.why is Why.LOCAL_GOVERNMENT:
                bodies = bodies[:1]
                keeper = bodies[0].pk if bodies else None
            elif recipient.why is Why.CITY_DUTY:
                bodies = [one for one in bodies if one.pk != keeper]
            for body in bodies:
                known = found.get(body.pk)
                causes = (*known.causes, *recipient.causes) if known else recipient.causes
                found[body.pk] = Concerned(body, known.why if known else recipient.why, causes)
        return list(found.values())

    def look_up_diagnoses(self, cases: Iterable[Case]) -> None:
        """Reads the newest diagnoses of the cases' lead alarms in one query."""
        leads = [case.lead_id for case in cases if case.lead_id]
        found = newest_diagnoses(leads)
        self._known |= {("diagnosis", lead): found.get(lead) for lead in leads}

    def _facts(self, case: Case) -> RoutingFacts:
        asset = asset_of(case)
        code = (asset.owner.code if asset.owner else asset.owner_code) if asset is not None else ""
        lifelines: list[str] = []
        for owner in self._bodies(Recipient(Why.SYMPTOM_OWNER, code=code), case.region_code) if code else ():
            lifelines += self._lifelines_of(owner)
        diagnosis = self._diagnosis(case.lead_id) if case.lead_id else None
        return RoutingFacts(
            level=AlarmLevel(case.level),
            symptom_owner=code,
            lifelines=tuple(dict.fromkeys(lifelines)),
            concerns=lifeline_of(case),
            trade=trade_of(case),
            competent=self._competent(case),
            closed_space=place_kind_of(case) in self._routing(case).closed_kinds,
            causes=tuple(
                LikelyCause(one["cause"], one["owner"] or "", one["probability"], one["asset_code"] or "")
                for one in (diagnosis.result["hypotheses"] if diagnosis else ())
            ),
        )

    def _competent(self, case: Case) -> str:
        """Of a case that an episode opened: the body that supervises its firm."""
        key = ("competent", case.origin_reference)
        if key not in self._known:
            reference = case.origin_reference
            body = supervisor_of_episode(reference.removeprefix(EPISODE), self.at) if reference.startswith(EPISODE) else None
            self._known[key] = body.code if body is not None else ""
        found: str = self._known[key]
        return found

    def _routing(self, case: Case) -> Routing:
        return self.draft or routing(case.region_code, case.opened_at)

    def _diagnosis(self, alarm_id: UUID) -> Any:
        key = ("diagnosis", alarm_id)
        return self._known[key] if key in self._known else newest_diagnoses([alarm_id]).get(alarm_id)

    def _lifelines_of(self, owner: "Organisation") -> list[str]:
        key = ("lifelines", owner.pk)
        if key not in self._known:
            duties = owner.duties.filter(kind="owner").exclude(lifeline="")
            self._known[key] = sorted(set(duties.values_list("lifeline", flat=True)))
        found: list[str] = self._known[key]
        return found

    def _bodies(self, recipient: Recipient, region_code: str) -> "list[Organisation]":
        key = ("bodies", recipient.code, recipient.kind, recipient.lifeline, recipient.trade, region_code)
        if key not in self._known:
            if recipient.code:
                body = jurisdiction.organisation_by_code(recipient.code, region_code)
                self._known[key] = [] if body is None else [body]
            else:
                self._known[key] = jurisdiction.bodies_with_duty(
                    kind=recipient.kind,
                    lifeline=recipient.lifeline,
                    trade=recipient.trade,
                    region_code=region_code,
                    at=self.at,
                )
                if recipient.kind == "owner":  # the one whose area is narrowest, not every company of the province
                    self._known[key] = self._known[key][:1]
        found: list[Organisation] = self._known[key]
        return found


def try_routing(row: "PolicyVersion", content: dict[str, Any]) -> dict[str, Any]:
    """Of the last `MOST_CASES` cases of a draft's region: of how many other bodies would be told, and how many in all."""
    draft = read_content(ROUTING, content, row.policy)
    cases = Case.objects.filter(region_code__startswith=governing_prefix(row.region_code)).order_by("-opened_at")[:MOST_CASES]
    now = current_time()
    told = [{one.organisation.pk for one in ConcernedBodies(now).of(case)} for case in cases]
    would_be = [{one.organisation.pk for one in ConcernedBodies(now, draft).of(case)} for case in cases]
    return {
        "cases": len(told),
        "cases_that_change": sum(before != after for before, after in zip(told, would_be, strict=True)),
        "bodies_told_before": sum(map(len, told)),
        "bodies_told_after": sum(map(len, would_be)),
    }
