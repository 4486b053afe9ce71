"""Each tier is told once of a level; every tier that was told hears the firm's answer, and what became of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from tocsin.base.levels import AlarmLevel
from tocsin.bus.services import record_event
from tocsin.hazchem.risk_warnings.events import RiskWarningChanged
from tocsin.hazchem.risk_warnings.models import RiskAnswer, RiskTelling, RiskWarning
from tocsin.hazchem.risk_warnings.policy import risk_policy
from tocsin.hazchem.risk_warnings.queries import facts_of, tier_bodies
from tocsin.hazchem.risk_warnings.rules import RISK_ANSWER, RISK_PUSH, RiskTier, escalations
from tocsin.notices.face import Directory, Draft, Notice, write_all

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Organisation

AT_ONCE = "at_once"


def push_key(warning: RiskWarning, tier: RiskTier | str, level: int) -> str:
    """By which a notice is known: the same level is never told twice to the same tier."""
    return f"risk-{warning.pk}-{level}-{tier}"


def tell_tiers(
    warning: RiskWarning, tiers: Iterable[tuple[RiskTier, str]], bodies: "Mapping[RiskTier, Organisation]", now: datetime
) -> None:
    """Tells these tiers, each with its trigger; urgent from orange on. In the caller's transaction."""
    drafts, rows = [], []
    for tier, trigger in tiers:
        rows.append(RiskTelling(warning=warning, tier=tier, level=warning.level, body=bodies[tier], trigger=trigger, told_at=now))
        figures = {**_figures(warning), "tier": tier.value, "trigger": trigger}
        key, urgent = push_key(warning, tier, warning.level), warning.level >= AlarmLevel.ORANGE
        drafts.append(Draft(RISK_PUSH, f"risk_{tier}", urgent, key, organisation=bodies[tier], figures=figures))
    RiskTelling.objects.bulk_create(rows)
    if drafts:
        write_all(drafts, Directory(now))


def tell_answer(warning: RiskWarning, answer: RiskAnswer, act: str, now: datetime) -> None:
    """Every tier that was told hears that the firm answered (`answered`), that the answer was sent back (`returned`: the firm
    urgently), or that all of it is closed (`closed`).
    """
    told: dict[str, Organisation] = {one.tier: one.body for one in warning.tellings.select_related("body")}
    figures = {**_figures(warning), "act": act, "reason": answer.reason, "measure": answer.measure, "text": answer.text[:300]}
    figures |= {"returned": answer.returned_text[:300]}
    drafts = [
        Draft(
            RISK_ANSWER,
            f"risk_{tier}",
            act == "returned" and tier == RiskTier.FIRM,
            f"risk-{answer.pk}-{act}-{tier}",
            organisation=body,
            figures=figures,
        )
        for tier, body in told.items()
        if act != "answered" or tier != RiskTier.FIRM
    ]
    if drafts:
        write_all(drafts, Directory(now))


def note_taken(warning: RiskWarning) -> None:
    """Whoever read its notice has taken note."""
    waiting = {push_key(warning, one.tier, one.level): one for one in warning.tellings.filter(taken_at=None)}
    read = Notice.objects.filter(key__in=waiting, read_at__isnull=False).values_list("key", "read_at", "seen_by")
    for key, at, by in read:
        RiskTelling.objects.filter(pk=waiting[key].pk).update(taken_at=at, taken_by=by)


def wind(warning: RiskWarning, now: datetime) -> None:
    """When silence next tells somebody; saved by the caller."""
    bodies = tier_bodies(warning.object, now)
    ahead = escalations(facts_of(warning, warning.tellings.all(), bodies), risk_policy(warning.region_code).clocks(warning.level))
    warning.next_at = ahead[0].at if ahead else None


def tell_news(warning: RiskWarning, act: str) -> None:
    """The event of it, in the caller's transaction."""
    event = RiskWarningChanged(
        warning_id=str(warning.pk),
        object_id=str(warning.object_id),
        unit_id=str(warning.unit_id),
        level=warning.level,
        state=warning.state,
        act=act,
    )
    record_event(event, region=warning.region_code)


def _figures(warning: RiskWarning) -> dict[str, object]:
    named = {"warning": str(warning.pk), "firm": warning.object.name, "unit": warning.unit.name}
    return {**named, "level": int(warning.level), "alarms": warning.alarms.count()}
