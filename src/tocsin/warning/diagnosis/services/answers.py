"""Answers to what would decide: entered, weighed into the ranking at once, and withdrawn; each with history, event and audit."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.services.changes import Changes, judging_now, lock_alarm
from tocsin.warning.alarms.services.diagnosis_tasks import plan_diagnoses
from tocsin.warning.causes.policy.checks import CHECKS, CheckCard
from tocsin.warning.diagnosis.events import AnswerEntered, AnswerWithdrawn, DiagnosisMade
from tocsin.warning.diagnosis.models import Answer, Diagnosis
from tocsin.warning.diagnosis.queries import answers as queries
from tocsin.warning.diagnosis.queries.rankings import placed_of, reranked
from tocsin.warning.diagnosis.rules import PERMISSION_FINDINGS

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

CHANNELS = ("telephone", "radio", "on_site")
REPLACED = "replaced"  # the reason of an answer that a newer one to the same check made old
LOOKED_BACK = 5  # the place may have been proposed by a ranking that a newer one has replaced on the screen


@dataclass(frozen=True)
class Place:
    """Where it was looked: an asset and degrees, None where it was asked by telephone."""

    asset_code: str = ""
    lon: float | None = None
    lat: float | None = None


@transaction.atomic
def record_answer(
    *,
    actor: "User",
    alarm_id: UUID,
    check: str,
    said_by: str,
    said_through: str,
    asset_code: str = "",
    outcome: str = "",
    value: float | None = None,
    unit: str = "",
    at: datetime | None = None,
    note: str = "",
    channel: str = "console",
    organisation_ids: Collection[UUID] = (),
) -> Answer:
    """What a crew measured (`value` in `unit`) or somebody said (`outcome`; empty: does not know, could not measure).

    `said_by` names the body or post that says so, `said_through` one of CHANNELS. The ranking that is shown is weighed anew
    at once; a new diagnosis follows. An earlier answer to the same check at the same place is replaced. InvalidInput tells
    what can't be taken. `organisation_ids`: bodies with an order in the matter, whose people may say so, too.
    """
    alarm = lock_alarm(alarm_id, actor, PERMISSION_FINDINGS, organisation_ids)
    card = CHECKS.current().cards.get(check)
    if card is None:
        raise InvalidInput(_("There is no such check."))
    now = judging_now()
    if not said_by.strip():
        raise InvalidInput(_("Say which body or post the answer comes from."))
    if said_through not in CHANNELS:
        raise InvalidInput(_("Say how the answer came: by telephone, by radio or on site."))
    if at is not None and (at.tzinfo is None or at > now):
        raise InvalidInput(_("The time of an answer lies in the past, with a time zone."))
    outcome, canonical = _outcome(card, outcome, value, unit)
    place = _place(alarm, card, asset_code)
    for earlier in Answer.objects.filter(alarm=alarm, check_id=check, asset_code=place.asset_code, withdrawn_at__isnull=True):
        _withdraw(earlier, actor, now, REPLACED)
    answer = Answer.objects.create(
        alarm=alarm,
        check_id=check,
        asset_code=place.asset_code,
        lon=place.lon,
        lat=place.lat,
        outcome=outcome,
        value=canonical,
        given_value=value,
        given_unit=unit if value is not None else "",
        given=card.check.outcome_given(outcome) if outcome else {},
        of=list(card.check.of),
        reach_m=card.check.reach_m,
        said_by=said_by.strip()[:100],
        channel=said_through,
        at=at or now,
        entered_by=actor,
        note=note.strip()[:500],
    )
    _tell(alarm, "answered", answer, actor, channel, now)
    record_event(
        AnswerEntered(alarm_id=str(alarm.pk), answer_id=str(answer.pk), check=check, outcome=outcome), region=alarm.region_code
    )
    return answer


@transaction.atomic
def withdraw_answer(*, actor: "User", alarm_id: UUID, answer_id: UUID, reason: str, channel: str = "console") -> Answer:
    """Takes an answer back, for a reason; the ranking becomes what it would be without it. Conflict where it is withdrawn."""
    alarm = lock_alarm(alarm_id, actor, PERMISSION_FINDINGS)
    answer = Answer.objects.select_for_update().get(pk=answer_id, alarm=alarm)
    if not reason.strip():
        raise InvalidInput(_("Say why the answer is withdrawn."))
    if answer.withdrawn_at is not None:
        raise Conflict(_("This answer has been withdrawn already."))
    now = judging_now()
    _withdraw(answer, actor, now, reason.strip()[:500])
    _tell(alarm, "answer_withdrawn", answer, actor, channel, now, reason)
    record_event(AnswerWithdrawn(alarm_id=str(alarm.pk), answer_id=str(answer.pk)), region=alarm.region_code)
    return answer


def _withdraw(answer: Answer, actor: "User", now: datetime, reason: str) -> None:
    answer.withdrawn_at, answer.withdrawn_by, answer.withdrawn_reason = now, actor, reason
    answer.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])


def _tell(alarm: Alarm, act: str, answer: Answer, actor: "User", channel: str, now: datetime, reason: str = "") -> None:
    """The ranking anew, the line of history with it, and the next diagnosis."""
    shown = Diagnosis.objects.filter(alarm=alarm).first()
    if shown is not None:
        result = reranked(shown.result, queries.standing_answers(alarm))
        kept = Diagnosis.objects.create(alarm=alarm, at=shown.at, reason=act, duration_ms=0, result=result)
        first = result["hypotheses"][0]
        alarm.cause = {name: first[name] for name in ("cause", "probability", "asset_code", "owner")}
        made = DiagnosisMade(
            alarm_id=str(alarm.pk), diagnosis_id=str(kept.pk), cause=first["cause"], probability=first["probability"]
        )
        record_event(made, region=alarm.region_code)
    changes = Changes(actor=actor, channel=channel)
    figures = {"answer": {"check": answer.check_id, "outcome": answer.outcome, "value": answer.value}}
    changes.note(alarm, act, now, text=reason.strip()[:2000], figures=figures)
    changes.save()
    if alarm.closed_at is None:
        plan_diagnoses([(alarm, "answered")], speed=settings.CONFIGURATION.clock.speed)


def _outcome(card: CheckCard, outcome: str, value: float | None, unit: str) -> tuple[str, float | None]:
    """The outcome and the value in the canonical unit; InvalidInput says what is wrong with them."""
    if value is None:
        if outcome and outcome not in card.check.outcomes:
            raise InvalidInput(_("This is none of the possible answers: %(known)s.") % {"known": ", ".join(card.check.outcomes)})
        return outcome, None
    if card.quantity is None:
        raise InvalidInput(_("This is answered in words, not by a value."))
    if unit not in card.units:
        raise InvalidInput(
            _("The unit %(unit)s can't be read here; use one of %(known)s.")
            % {"unit": unit or "–", "known": ", ".join(card.units)}
        )
    convert = card.quantity.conversions.get(unit)
    canonical = value if convert is None else convert(value)
    if not card.quantity.low <= canonical <= card.quantity.high:
        raise InvalidInput(
            _("%(value)s %(unit)s can't be: between %(low)s and %(high)s %(canonical)s is possible.")
            % {
                "value": f"{value:g}",
                "unit": unit,
                "low": f"{card.quantity.low:g}",
                "high": f"{card.quantity.high:g}",
                "canonical": card.quantity.unit,
            }
        )
    return card.outcome_of(canonical), canonical


def _place(alarm: Alarm, card: CheckCard, asset_code: str) -> Place:
    """Where the check is made: as one of the newest rankings proposed it, or at the place that rings."""
    if card.by_telephone:
        return Place()
    checks = CHECKS.current()
    for diagnosis in Diagnosis.objects.filter(alarm=alarm)[:LOOKED_BACK]:
        placed = placed_of(diagnosis.result, checks).get((card.check.id, asset_code))
        if placed is not None:
            return Place(asset_code, placed.lon, placed.lat)
    if card.check.at == "asked":
        return Place(asset_code if asset_code == _own_asset(alarm) else _own_asset(alarm), alarm.lon, alarm.lat)
    raise InvalidInput(_("This check was not proposed for that place."))


def _own_asset(alarm: Alarm) -> str:
    asset = alarm.sensor.asset if alarm.sensor is not None else alarm.asset
    return asset.code if asset is not None else ""
