"""Answers are weighed at once, kept with who said them, refused where they can't be, and can be taken back."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from tests.people import SHINAN, make_person
from tests.warning.ranked import diagnose, ranked_alarm
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.warning.alarms.models import Alarm, DiagnosisTask
from tocsin.warning.alarms.queries.alarms import history_of
from tocsin.warning.alarms.shown.alarms import EntryOut
from tocsin.warning.causes.policy.checks import shipped_checks
from tocsin.warning.diagnosis.models import Answer, Diagnosis
from tocsin.warning.diagnosis.queries import answers as queries_answers
from tocsin.warning.diagnosis.queries import diagnoses as queries_diagnoses
from tocsin.warning.diagnosis.queries.rankings import deciding, reranked
from tocsin.warning.diagnosis.services import answers as services
from tocsin.warning.diagnosis.shown.diagnoses import describe_diagnosis

pytestmark = pytest.mark.django_db


@pytest.fixture
def alarm(district: list[int]) -> Alarm:
    return ranked_alarm()


def say(actor: User, alarm: Alarm, **fields: Any) -> Answer:
    usual = {"check": "makeup_water", "outcome": "yes", "said_by": "Heating control room", "said_through": "telephone"}
    return services.record_answer(actor=actor, alarm_id=alarm.pk, **{**usual, **fields})


def first(alarm: Alarm) -> tuple[str, float]:
    kept = Diagnosis.objects.filter(alarm=alarm).first()
    assert kept is not None
    one = kept.result["hypotheses"][0]
    return one["cause"], one["probability"]


def test_an_answer_turns_the_ranking_at_once_and_is_told(alarm: Alarm, officer: User) -> None:
    answer = say(officer, alarm)
    # 0.4 * 0.85 against 0.5 * 0.06 and 0.1 * 0.06
    assert first(alarm) == ("heat_main_leak_biogas", pytest.approx(0.34 / 0.376))
    alarm.refresh_from_db()
    assert alarm.cause is not None
    assert alarm.cause["cause"] == "heat_main_leak_biogas"
    kept = queries_diagnoses.newest_diagnosis(officer, alarm.pk)
    assert kept is not None
    told = describe_diagnosis(kept)
    sentence = told.hypotheses[0].evidence[0].sentence
    assert sentence.startswith("Has make-up water risen since yesterday: yes – Heating control room, by telephone, ")
    assert [body.code for body in told.call][:2] == ["heating_company", "drainage_bureau"]
    line = EntryOut.from_orm(list(history_of(alarm))[-1])
    assert (line.act, line.sentence) == ("answered", "Answer: Has make-up water risen since yesterday: yes")
    assert AuditEntry.objects.filter(action="alarm.answered", object_id=str(alarm.pk)).exists()
    names = set(OutboxEvent.objects.values_list("name", flat=True))
    assert {"AnswerEntered", "DiagnosisMade"} <= {name.rsplit(".", 1)[-1] for name in names}
    assert DiagnosisTask.objects.filter(alarm=alarm).exclude(reason="later").exists()
    assert answer.given["other"] == 0.06


def test_a_measured_value_is_converted_and_read_into_its_outcome(alarm: Alarm, officer: User) -> None:
    answer = say(officer, alarm, check="methane_by_hand", outcome="", value=1.0, unit="pct_vol", asset_code="W1")
    assert (answer.value, answer.outcome, answer.given_unit) == (20.0, "much", "pct_vol")
    assert (answer.lon, answer.lat) == (120.4, 36.2)


REFUSED = {
    "no such check": ({"check": "tea_leaves"}, "no such check"),
    "no such outcome": ({"outcome": "perhaps"}, "none of the possible answers: yes, no"),
    "nobody said it": ({"said_by": " "}, "which body or post"),
    "no channel": ({"said_through": "smoke"}, "by telephone, by radio or on site"),
    "a value for a question": ({"value": 3.0, "unit": "m3/h"}, "in words, not by a value"),
    "unit": (
        {"check": "methane_by_hand", "value": 3.0, "unit": "furlong", "asset_code": "W1"},
        "use one of pct_lel, pct_vol, ppm",
    ),
    "impossible": (
        {"check": "methane_by_hand", "value": 300.0, "unit": "pct_vol", "asset_code": "W1"},
        "300 pct_vol can't be: between -5 and 2000 pct_lel is possible",
    ),
    "elsewhere": ({"check": "bar_holes_along_main", "outcome": "gas", "asset_code": "G99"}, "not proposed for that place"),
    "tomorrow": ({"at": settings.CONFIGURATION.clock.now() + timedelta(days=1)}, "lies in the past"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_a_reason(alarm: Alarm, officer: User, case: str) -> None:
    fields, reason = REFUSED[case]
    with pytest.raises(InvalidInput, match=reason):
        say(officer, alarm, **fields)
    assert not Answer.objects.exists()


def test_does_not_know_is_kept_and_weighs_nothing(alarm: Alarm, officer: User) -> None:
    before = first(alarm)
    answer = say(officer, alarm, outcome="")
    assert first(alarm) == (before[0], pytest.approx(before[1]))
    assert Answer.objects.get(pk=answer.pk).outcome == ""
    line = EntryOut.from_orm(list(history_of(alarm))[-1])
    assert line.sentence == "Answer: Has make-up water risen since yesterday: does not know"


def test_an_answer_is_withdrawn_with_a_reason_and_the_ranking_is_as_before(alarm: Alarm, officer: User) -> None:
    before = first(alarm)
    answer = say(officer, alarm)
    with pytest.raises(InvalidInput):
        services.withdraw_answer(actor=officer, alarm_id=alarm.pk, answer_id=answer.pk, reason=" ")
    services.withdraw_answer(actor=officer, alarm_id=alarm.pk, answer_id=answer.pk, reason="wrong station")
    assert first(alarm) == (before[0], pytest.approx(before[1]))
    assert queries_answers.standing_answers(alarm) == []
    assert [one.withdrawn_reason for one in queries_answers.all_answers(alarm)] == ["wrong station"]
    with pytest.raises(Conflict):
        services.withdraw_answer(actor=officer, alarm_id=alarm.pk, answer_id=answer.pk, reason="again")


def test_a_newer_answer_to_the_same_question_replaces_the_older(alarm: Alarm, officer: User) -> None:
    say(officer, alarm)
    say(officer, alarm, outcome="no")
    assert [one.outcome for one in queries_answers.standing_answers(alarm)] == ["no"]
    assert first(alarm)[0] == "gas_main_leak"


def test_a_diagnosis_made_meanwhile_holds_the_answers_too(alarm: Alarm, officer: User) -> None:
    say(officer, alarm)
    fresh = diagnose(alarm)
    assert fresh.result["hypotheses"][0]["cause"] == "gas_main_leak"
    again = reranked(fresh.result, queries_answers.standing_answers(alarm))
    assert again["hypotheses"][0]["cause"] == "heat_main_leak_biogas"
    assert reranked(again, queries_answers.standing_answers(alarm)) == again


def test_what_has_been_answered_is_not_proposed_again(alarm: Alarm, officer: User) -> None:
    checks = shipped_checks()
    kept = Diagnosis.objects.get(alarm=alarm)
    proposed = [one.placed.check.id for one in deciding(kept.result, [], [], checks)]
    assert proposed[0] == "makeup_water"  # five minutes at a telephone decide between gas and heat
    say(officer, alarm)
    left = [one.placed.check.id for one in deciding(kept.result, queries_answers.standing_answers(alarm), [], checks)]
    assert "makeup_water" not in left


def test_who_may_answer(alarm: Alarm, viewer: User, stranger: User, district: list[int]) -> None:
    with pytest.raises(NotAllowed):
        say(viewer, alarm)
    with pytest.raises(Alarm.DoesNotExist):
        say(stranger, alarm)
    far = make_person("utility_crew", SHINAN, organisation="heating_company")
    with pytest.raises(Alarm.DoesNotExist):
        say(far, alarm, organisation_ids=(far.organisation_id,))
    crew = make_person("utility_crew", organisation="gas_company")
    measured = {"check": "methane_by_hand", "outcome": "none", "asset_code": "W1", "said_through": "on_site"}
    with pytest.raises(Alarm.DoesNotExist):
        say(crew, alarm, **measured)
    say(crew, alarm, **measured, organisation_ids=(crew.organisation_id,))
