"""Early signs as people and programs read them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.base.percent import told_percent
from tocsin.engine.watch.budget import asked_share
from tocsin.jurisdiction.face import Person, region_names
from tocsin.lifelines import face as lifelines
from tocsin.screens import words
from tocsin.screens.shapes import NameOrNone, TextOrNone
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.warning.alarms.queries.alarms import sensor_places
from tocsin.warning.alarms.rules.states import PERMISSION_HANDLE
from tocsin.warning.alarms.shown.alarms import place_of_sensor
from tocsin.warning.causes.shown.labels import cause_kind, cause_label
from tocsin.warning.diagnosis.shown.diagnoses import EvidenceOut, OwnerOut, describe_evidence, describe_owner
from tocsin.warning.early_signs.models import EarlySign
from tocsin.warning.early_signs.policy import WATCH
from tocsin.warning.early_signs.queries import (
    early_signs_before,
    outcomes_since,
    unseen_early_signs,
    visible_budgets,
    visible_early_signs,
)

STATES = ("standing", "became_alarm", "all")
ENDS = {
    "alarm": gettext_lazy("became an alarm"),
    "another_cause": gettext_lazy("another cause"),
    "calm": gettext_lazy("calm again"),
}
JUDGEMENTS = {"right": pgettext_lazy("early sign", "was right"), "wrong": pgettext_lazy("early sign", "was wrong")}
TOLD_DAYS = 30  # over which a budget's outcomes are shown


def search_early_signs(user: Person, state: str) -> QuerySet[EarlySign]:
    """Visible signs, newest first: those that stand, those that became an alarm, or all."""
    rows = visible_early_signs(user)
    if state == "standing":
        return rows.filter(ended_at__isnull=True)
    return rows.filter(alarm__isnull=False) if state == "became_alarm" else rows


class EarlySignOut(Schema):
    """What the watch holds for likely before a limit is crossed. No alarm, no warning and no finding."""

    id: UUID
    cause: str
    label: str
    probability: float = Field(description="among the causes that can show in this sensor")
    place: str
    asset_code: TextOrNone
    asset_kind: str | None
    lon: float
    lat: float
    region_code: str
    sensor_id: UUID
    sensor_name: str
    quantity: str
    quantity_name: str
    raised_at: datetime
    confirmed_at: datetime
    limit_at: datetime | None = Field(description="when the sensor reaches its limit if it goes on as it did")
    ended_at: datetime | None
    ended_by: TextOrNone = Field(description="alarm, another_cause or calm")
    alarm_id: UUID | None
    seen_at: datetime | None
    seen_by: NameOrNone
    judgement: TextOrNone = Field(description="right or wrong, by a person")
    judged_at: datetime | None
    judged_by: NameOrNone

    @staticmethod
    def resolve_label(row: EarlySign) -> str:
        return cause_label(row.cause)

    @staticmethod
    def resolve_place(row: EarlySign) -> str:
        return place_of_sensor(row.sensor)

    @staticmethod
    def resolve_asset_kind(row: EarlySign) -> str | None:
        kind = row.hypothesis["asset_kind"]
        return cause_kind(kind) if kind else None

    @staticmethod
    def resolve_sensor_name(row: EarlySign) -> str:
        return str(row.sensor)

    @staticmethod
    def resolve_quantity(row: EarlySign) -> str:
        return row.sensor.quantity

    @staticmethod
    def resolve_quantity_name(row: EarlySign) -> str:
        return words.quantity_name(row.sensor.quantity)

    @property
    def percent(self) -> int:
        """The probability as people are told it."""
        return told_percent(self.probability)

    @property
    def judged(self) -> str:
        """What a person judged, in the reader's words; empty before."""
        return str(JUDGEMENTS.get(self.judgement or "", ""))

    @property
    def end(self) -> str:
        """How it ended, in the reader's words; empty while it stands."""
        return str(ENDS.get(self.ended_by or "", ""))


class SignOwnerOut(OwnerOut):
    pass


class SignEvidenceOut(EvidenceOut):
    weight: float


class ExplainedSignOut(EarlySignOut):
    sensor_index: int
    unit_name: str
    asset_id: UUID | None
    owner: SignOwnerOut | None
    way: list[str]
    way_geometry: dict[str, Any]
    evidence: list[SignEvidenceOut]

    @staticmethod
    def resolve_sensor_index(row: EarlySign) -> int:
        return row.sensor.index

    @staticmethod
    def resolve_unit_name(row: EarlySign) -> str:
        return words.unit_name(row.sensor.quantity)

    @staticmethod
    def resolve_asset_id(row: EarlySign) -> UUID | None:
        assets = lifelines.assets_by_code(row.region_code, [row.asset_code]) if row.asset_code else {}
        return assets[row.asset_code].pk if row.asset_code in assets else None

    @staticmethod
    def resolve_owner(row: EarlySign) -> OwnerOut | None:
        return describe_owner(row.owner, row.region_code)

    @staticmethod
    def resolve_way(row: EarlySign) -> list[str]:
        way: list[str] = row.hypothesis["way"]
        return way

    @staticmethod
    def resolve_way_geometry(row: EarlySign) -> dict[str, Any]:
        geometry: dict[str, Any] = row.hypothesis["way_geometry"]
        return geometry

    @staticmethod
    def resolve_evidence(row: EarlySign) -> list[EvidenceOut]:
        evidence = row.hypothesis["evidence"]
        places = sensor_places(sorted({one["sensor"] for one in evidence if one["sensor"] is not None}))
        return [describe_evidence(one, places) for one in evidence]


class BudgetOut(Schema):
    """How a region's budget of wrong signs stands."""

    region_code: str
    region_name: str
    shift: float = Field(description="log odds by which each rule asks more (below 0: less) of a share than the policy says")
    usual_percent: int = Field(description="the share that a rule asks by policy, as an example")
    asked_percent: int = Field(description="what the same rule asks here now")
    wrong: int = Field(description="signs of the last 30 days that were wrong")
    right: int = Field(description="signs of the last 30 days that were right")
    allowed: float = Field(description="wrong signs that the policy allows in as many days")
    reckoned_at: datetime


def tell_budgets(user: Person, now: datetime) -> list[BudgetOut]:
    """The budgets of the regions whose diagnoses the user may see."""
    figures = WATCH.current()
    usual = min(rule.share for rule in figures.rules.values())
    rows = list(visible_budgets(user))
    codes = [row.region_code for row in rows]
    names, outcomes = region_names(codes), outcomes_since(codes, now - timedelta(days=TOLD_DAYS))
    told = []
    for row in rows:
        right, wrong = outcomes.get(row.region_code, (0, 0))
        told.append(
            BudgetOut(
                region_code=row.region_code,
                region_name=names.get(row.region_code, row.region_code),
                shift=row.shift,
                usual_percent=told_percent(usual),
                asked_percent=told_percent(asked_share(usual, row.shift)),
                wrong=wrong,
                right=right,
                allowed=round(figures.budget.wrong_a_day * TOLD_DAYS, 1),
                reckoned_at=row.reckoned_at,
            )
        )
    return told


def signs_before(user: Person, alarm_id: UUID) -> list[EarlySignOut]:
    """The early signs that stood before an alarm was raised, oldest first."""
    return [EarlySignOut.from_orm(row) for row in early_signs_before(user, alarm_id)]


def tell_early_sign(sign: EarlySign) -> Waiting:
    """What it is likely to become, and where. It has no clock: nothing rings."""
    about = f"{cause_label(sign.cause)} · {place_of_sensor(sign.sensor)} · {told_percent(sign.probability)} %"
    return Waiting(about, reverse("early_sign", args=[sign.pk]), sign.raised_at)


WAITING = (
    WaitingKind(
        "early_sign",
        pgettext_lazy("what waits", "Early sign: have a look"),
        (PERMISSION_HANDLE,),
        found=unseen_early_signs,
        tell=tell_early_sign,
    ),
)
