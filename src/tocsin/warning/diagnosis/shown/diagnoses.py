"""Diagnoses, their evidence and the bodies to call, as people and programs read them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.base.percent import told_percent
from tocsin.engine.diagnosis.answers import PREFIX
from tocsin.jurisdiction.face import organisation_by_code
from tocsin.lifelines import face as lifelines
from tocsin.screens import words
from tocsin.screens.shapes import Name
from tocsin.warning.alarms.queries.alarms import SensorPlace, sensor_places
from tocsin.warning.causes.policy.causes import shipped_words
from tocsin.warning.causes.shown.checks import answer_sentence
from tocsin.warning.causes.shown.labels import cause_kind, cause_label, cause_shares
from tocsin.warning.diagnosis.models import Diagnosis, Shown
from tocsin.warning.diagnosis.rules import KeptCall, KeptEvidence

_SHOWN_IN = {
    "console": gettext_lazy("in the drawer"),
    "case": gettext_lazy("on the page of the case"),
    "order": gettext_lazy("on the order of its unit"),
    "api": gettext_lazy("by API"),
}


class OwnerOut(Schema):
    code: str
    name: str
    telephone: str


class EvidenceOut(Schema):
    code: str
    sentence: str
    weight: float = Field(description="natural logarithm of the likelihood ratio; negative speaks against")
    supports: bool
    sensor_id: UUID | None
    lon: float | None
    lat: float | None
    ts_ms: int | None


class HypothesisOut(Schema):
    cause: str
    label: str
    probability: float
    asset_code: str | None
    asset_id: UUID | None
    asset_kind: str | None
    lon: float | None
    lat: float | None
    owner: OwnerOut | None
    way: list[str] = Field(description="codes of the assets from the fault to the alarmed sensor")
    way_geometry: dict[str, Any] = Field(description="GeoJSON GeometryCollection in the order of the way")
    travel_time_s: float | None
    onset_ms: int | None
    evidence: list[EvidenceOut]

    @property
    def percent(self) -> int:
        """The probability as people are told it."""
        return told_percent(self.probability)

    @property
    def asset_label(self) -> str:
        """The kind of the object with its code; empty without one."""
        return f"{cause_kind(self.asset_kind or '')} {self.asset_code}" if self.asset_code else ""


class CallOut(OwnerOut):
    why: str


class DiagnosisOut(Schema):
    id: UUID
    at: datetime
    reason: str
    duration_ms: int
    hypotheses: list[HypothesisOut]
    call: list[CallOut]
    story: str = Field(description="the same as a paragraph to read out, an order of checks, in the language asked for")


class ShownToCauseOut(Schema):
    cause: str
    label: str
    probability: float
    asset_code: str | None


class ShownToOut(Schema):
    """What a person or a program got to see of a diagnosis, as it stood then."""

    id: UUID
    at: datetime
    person: Name
    language: str
    channel: str = Field(description="console (the drawer), case (the page of a case) or api")
    sentence: str
    diagnosis_id: UUID
    ranking: list[ShownToCauseOut]
    story: str = Field(description="the paragraph in the language in which it was read; empty on the page of a case")

    @staticmethod
    def resolve_sentence(shown: Shown) -> str:
        return _("Shown to %(person)s: %(causes)s") % {"person": shown.person, "causes": cause_shares(shown.ranking)}

    @staticmethod
    def resolve_ranking(shown: Shown) -> list[ShownToCauseOut]:
        return [
            ShownToCauseOut(cause=cause, label=cause_label(cause), probability=probability, asset_code=asset_code or None)
            for cause, probability, asset_code in shown.ranking
        ]

    @property
    def where(self) -> str:
        """The channel in the reader's words."""
        return str(_SHOWN_IN[self.channel])

    @property
    def language_name(self) -> str:
        """The language in its own words."""
        return str(get_language_info(self.language)["name_local"])


def describe_diagnosis(diagnosis: Diagnosis) -> DiagnosisOut:
    """Ranked causes with evidence, places, ways and bodies to call. A handful of queries, whatever the number of causes."""
    result, region = diagnosis.result, diagnosis.alarm.region_code
    hypotheses = result["hypotheses"]
    indexes = sorted({item["sensor"] for one in hypotheses for item in one["evidence"] if item["sensor"] is not None})
    places = sensor_places(indexes)
    assets = lifelines.assets_by_code(region, sorted({one["asset_code"] for one in hypotheses if one["asset_code"]}))
    owners = {code: describe_owner(code, region) for code in {one["owner"] for one in [*hypotheses, *result["call"]]}}
    return DiagnosisOut(
        id=diagnosis.pk,
        at=diagnosis.at,
        reason=diagnosis.reason,
        duration_ms=diagnosis.duration_ms,
        hypotheses=[
            HypothesisOut(
                cause=one["cause"],
                label=cause_label(one["cause"]),
                probability=one["probability"],
                asset_code=one["asset_code"] or None,
                asset_id=assets[one["asset_code"]].pk if one["asset_code"] in assets else None,
                asset_kind=one["asset_kind"] or None,
                lon=one["lon"],
                lat=one["lat"],
                owner=owners[one["owner"]],
                way=one["way"],
                way_geometry=one["way_geometry"],
                travel_time_s=one["travel_time_s"],
                onset_ms=one["onset_ms"],
                evidence=[describe_evidence(item, places) for item in one["evidence"]],
            )
            for one in hypotheses
        ],
        call=[
            CallOut(code=owner.code, name=owner.name, telephone=owner.telephone, why=_why_call(body))
            for body in result["call"]
            if (owner := owners[body["owner"]]) is not None
        ],
        story="",
    )


def evidence_sentence(item: KeptEvidence, sensor: str) -> str:
    """What speaks for or against, with its figures; `sensor` names who saw it."""
    if item["code"].startswith(PREFIX):
        return answer_sentence(item)
    sentence = shipped_words().sentences.get(item["code"])
    if sentence is None:
        return str(item["code"])
    told: dict[str, str] = {}
    for name, figure in (item["figures"] or {}).items():
        told[name] = words.rough(figure) if isinstance(figure, int | float) else _figure_word(str(figure))
    told |= {
        "sensor": sensor,
        "seen": words.rough(item["seen"]),
        "expected": words.rough(item["expected"]),
        "time": words.moment_of_ms(item["ts_ms"]),
    }
    return sentence.in_language(get_language() or "zh") % words.Words(told)


def _figure_word(word: str) -> str:
    label = shipped_words().kinds.get(word)
    return label.in_language(get_language() or "zh") if label else word


def describe_evidence(item: KeptEvidence, places: Mapping[int, SensorPlace]) -> EvidenceOut:
    place = places.get(item["sensor"]) if item["sensor"] is not None else None
    return EvidenceOut(
        code=item["code"],
        sentence=evidence_sentence(item, place.name if place else "–"),
        weight=item["weight"],
        supports=item["supports"],
        sensor_id=place.id if place else None,
        lon=place.lon if place else None,
        lat=place.lat if place else None,
        ts_ms=item["ts_ms"],
    )


def describe_owner(code: str, region: str) -> OwnerOut | None:
    """A body by its code: the organisation that governs the region with its telephone, else the code in words; None for ""."""
    if not code:
        return None
    organisation = organisation_by_code(code, region)
    if organisation is not None:
        return OwnerOut(code=code, name=str(organisation), telephone=organisation.telephone)
    label = shipped_words().owners.get(code)
    return OwnerOut(code=code, name=label.in_language(get_language() or "zh") if label else code, telephone="")


def _why_call(body: KeptCall) -> str:
    if body["reason"] == "symptom":
        return _("owns the place that rings")
    return _("possible cause: %(cause)s, %(percent)d %%") % {
        "cause": cause_label(body["cause"]),
        "percent": told_percent(body["probability"]),
    }
