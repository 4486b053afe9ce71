"""Which classes a case has, and which lines hold for it."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from tocsin.command.casebook.models import Case, Membership
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import own_limits
from tocsin.command.guidance.models import GuidanceLine
from tocsin.command.guidance.policy import GUIDANCE
from tocsin.command.guidance.rules import lines as rules
from tocsin.command.guidance.rules.lines import GuidanceKind, Line, Situation
from tocsin.command.guidance.rules.words import Words
from tocsin.jurisdiction.bodies.rules import governing_codes
from tocsin.jurisdiction.face import scope
from tocsin.warning.face import loaded_alarm, newest_diagnoses

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person
    from tocsin.warning.face import Alarm


def situation_of(case: Case) -> Situation:
    """What the classes of a case follow from: its open alarms (all of them where none is open) and its lead's diagnosis."""
    rows = Membership.objects.filter(case=case).select_related(*loaded_alarm("alarm"))
    alarms = [row.alarm for row in rows]
    alarms = [alarm for alarm in alarms if alarm.closed_at is None] or alarms
    assets = [asset for alarm in alarms if (asset := alarm.asset if alarm.sensor is None else alarm.sensor.asset) is not None]
    diagnosis = newest_diagnoses([case.lead_id]).get(case.lead_id) if case.lead_id else None
    causes: dict[str, float] = {}
    for one in diagnosis.result["hypotheses"] if diagnosis else ():
        causes[one["cause"]] = causes.get(one["cause"], 0.0) + one["probability"]
    return Situation(
        region_code=case.region_code,
        kind=own_limits(case.kind, case.origin_reference) or case.kind,
        quantities=frozenset(alarm.quantity for alarm in alarms),
        rules=frozenset(alarm.rule for alarm in alarms),
        asset_kinds=frozenset([*(asset.kind for asset in assets), *filter(None, [case.place_kind])]),
        asset_codes=frozenset(asset.code for asset in assets),
        causes=causes,
    )


def situation_of_alarm(alarm: "Alarm") -> Situation:
    """The same of one alarm, whether it belongs to a case or not; sensor, asset and device are loaded."""
    asset = alarm.asset if alarm.sensor is None else alarm.sensor.asset
    diagnosis = newest_diagnoses([alarm.pk]).get(alarm.pk)
    causes: dict[str, float] = {}
    for one in diagnosis.result["hypotheses"] if diagnosis else ():
        causes[one["cause"]] = causes.get(one["cause"], 0.0) + one["probability"]
    return Situation(
        region_code=alarm.region_code,
        quantities=frozenset({alarm.quantity}),
        rules=frozenset({alarm.rule}),
        asset_kinds=frozenset() if asset is None else frozenset({asset.kind}),
        asset_codes=frozenset() if asset is None else frozenset({asset.code}),
        causes=causes,
    )


def classes_of(seen: Situation) -> tuple[str, ...]:
    """The classes of a case, by the shipped policy."""
    guidance = GUIDANCE.current()
    return rules.classes_of(seen, guidance.classes, likely_from=guidance.likely_from)


def guidance_for(case: Case, *, at: datetime) -> tuple[Line, ...]:
    """What must not be done, then what to mind: shipped lines with those written in the product above them."""
    return guidance_in(situation_of(case), at=at)


def guidance_in(seen: Situation, *, at: datetime) -> tuple[Line, ...]:
    """The same for a situation that is known."""
    classes = classes_of(seen)
    written = GuidanceLine.objects.filter(region_code__in=governing_codes(seen.region_code), of_class__in=classes)
    lines = [*GUIDANCE.current().lines, *map(line_of, written.select_related("asset"))]
    return rules.lines_in_force(lines, seen, classes=classes, at=at)


def line_of(row: GuidanceLine) -> Line:
    """A written line as the rules take it."""
    return Line(
        key=row.key,
        kind=GuidanceKind(row.kind),
        of_class=row.of_class,
        region_code=row.region_code,
        words=Words(row.zh, row.en),
        source=Words(row.source, row.source),
        confidence=row.confidence,
        asset_code=row.asset.code if row.asset else "",
        withdrawn=row.withdrawn,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
    )


def written_guidance(user: "Person") -> QuerySet[GuidanceLine]:
    """Lines written in the product, in the areas whose cases the user may see or whose plans the user may edit."""
    found = GuidanceLine.objects.select_related("asset", "written_by")
    readable = scope(GuidanceLine.objects.all(), user, rights.SEE).values("pk")
    own = scope(GuidanceLine.objects.all(), user, rights.PLANS).values("pk")
    return found.filter(Q(pk__in=readable) | Q(pk__in=own))
