"""The checks that would decide about one alarm, as people and programs read them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import Field, Schema

from tocsin.base.percent import told_percent
from tocsin.engine.diagnosis.deciding import Deciding, Prospect
from tocsin.lifelines.face import assets_by_code
from tocsin.screens.clock import current_time
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.causes.policy.checks import CHECKS, CheckCard
from tocsin.warning.causes.shown.checks import (
    check_words,
    instrument_words,
    measured_quantity,
    outcome_words,
    unit_words,
)
from tocsin.warning.causes.shown.labels import cause_kind, cause_label
from tocsin.warning.diagnosis.models import Answer, Diagnosis
from tocsin.warning.diagnosis.queries import answers as queries
from tocsin.warning.diagnosis.queries.rankings import deciding
from tocsin.warning.diagnosis.shown.diagnoses import OwnerOut, describe_owner

if TYPE_CHECKING:
    from tocsin.lifelines.face import Asset

RANKED = 3  # causes named for each outcome


class BodyOut(OwnerOut):
    pass


class UnitOut(Schema):
    unit: str
    name: str


class RankedOut(Schema):
    cause: str
    label: str
    probability: float

    @property
    def percent(self) -> int:
        """The probability as people are told it."""
        return told_percent(self.probability)


class ProspectOut(Schema):
    outcome: str
    label: str
    probability: float = Field(description="how likely this outcome is, as things stand")
    changes_first: bool = Field(description="another cause would stand first")
    ranking: list[RankedOut] = Field(description="the first causes after it")


class CheckOut(Schema):
    """One measurement or question, and what it would tell."""

    check: str
    ask: str
    instrument: str
    by_telephone: bool
    who: BodyOut | None
    asset_code: str
    asset_id: UUID | None
    place: str
    lon: float | None
    lat: float | None
    minutes: int
    bits: float = Field(description="expected information about the cause and the place")
    bits_per_minute: float
    changes_first: float = Field(description="probability that another cause stands first afterwards")
    why: str
    quantity: str
    units: list[UnitOut] = Field(description="in which a value may be given; none for a question")
    outcomes: list[ProspectOut]
    no_answer: str
    source: str


def what_would_decide(alarm: Alarm, diagnosis: Diagnosis) -> list[CheckOut]:
    """The checks worth making now, the most information for its minutes first, with whom to send or call."""
    checks = CHECKS.current()
    answers = queries.standing_answers(alarm)
    found = deciding(diagnosis.result, answers, crews_on_site(answers), checks)[: checks.most_shown]
    assets = assets_by_code(alarm.region_code, [one.placed.asset_code for one in found if one.placed.asset_code])
    symptom = next((body["owner"] for body in diagnosis.result["call"] if body["reason"] == "symptom"), "")
    causes = [one["cause"] for one in diagnosis.result["hypotheses"]]
    return [_describe(one, checks.cards[one.placed.check.id], assets, causes, symptom, alarm.region_code) for one in found]


def body_of(code: str, region_code: str) -> BodyOut | None:
    """`describe_owner` for a body to send or to call."""
    owner = describe_owner(code, region_code)
    return None if owner is None else BodyOut(code=owner.code, name=owner.name, telephone=owner.telephone)


def crews_on_site(answers: Sequence[Answer]) -> list[tuple[float, float]]:
    """lon, lat from where crews lately reported: they are taken to be there still."""
    since = current_time() - timedelta(hours=CHECKS.current().on_site_hours)
    return [(one.lon, one.lat) for one in answers if one.channel == "on_site" and one.at >= since and one.lon and one.lat]


def _describe(
    one: Deciding, card: CheckCard, assets: Mapping[str, "Asset"], causes: Sequence[str], symptom: str, region_code: str
) -> CheckOut:
    placed = one.placed
    asset = assets.get(placed.asset_code)
    return CheckOut(
        check=card.check.id,
        ask=check_words(card),
        instrument=instrument_words(card),
        by_telephone=card.by_telephone,
        who=body_of(card.who or symptom, region_code),
        asset_code=placed.asset_code,
        asset_id=asset.pk if asset is not None else None,
        place=f"{cause_kind(asset.kind)} {asset.code}" if asset is not None else placed.asset_code,
        lon=None if card.by_telephone else placed.lon,
        lat=None if card.by_telephone else placed.lat,
        minutes=round(one.minutes),
        bits=round(one.bits, 3),
        bits_per_minute=round(one.bits_per_minute, 5),
        changes_first=round(one.changes_first, 3),
        why=_why(one),
        quantity=measured_quantity(card),
        units=[UnitOut(unit=unit, name=unit_words(unit)) for unit in card.units],
        outcomes=[_describe_prospect(prospect, card, causes) for prospect in one.prospects],
        no_answer=outcome_words(card, ""),
        source=card.source,
    )


def _why(one: Deciding) -> str:
    """What it tells, in words: bits to two figures, minutes, and how likely it turns the ranking."""
    minutes = round(one.minutes)
    told = ngettext("%(bits)s bit in %(minutes)d minute", "%(bits)s bit in %(minutes)d minutes", minutes) % {
        "bits": f"{one.bits:.2f}",
        "minutes": minutes,
    }
    percent = round(100 * one.changes_first)
    if percent < 1:
        return _("%(told)s; it will hardly change which cause is first") % {"told": told}
    return _("%(told)s; with %(percent)d %% another cause is first afterwards") % {"told": told, "percent": percent}


def _describe_prospect(prospect: Prospect, card: CheckCard, causes: Sequence[str]) -> ProspectOut:
    ranked = sorted(zip(prospect.shares, causes, strict=True), reverse=True)[:RANKED]
    return ProspectOut(
        outcome=prospect.outcome,
        label=outcome_words(card, prospect.outcome),
        probability=round(prospect.probability, 3),
        changes_first=ranked[0][1] != causes[0],
        ranking=[RankedOut(cause=cause, label=cause_label(cause), probability=round(share, 3)) for share, cause in ranked],
    )
