"""What became of early signs moves what a region asks: marked, proved by an alarm, ended without one."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from tests.engine.diagnosis.incidents import quiet
from tests.people import LICANG
from tests.warning.test_early_signs import BEGIN_MS, Street, make_alarm, make_sign
from tocsin.base.time import datetime_from_ms
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.warning.early_signs.models import EarlySign, SignBudget
from tocsin.warning.early_signs.policy import shipped_watch_figures
from tocsin.warning.early_signs.queries import shift_of
from tocsin.warning.early_signs.rules import Outcome, outcome_of
from tocsin.warning.early_signs.services import signs as services
from tocsin.warning.early_signs.services.budget import reckon_budgets

NOW = datetime_from_ms(BEGIN_MS)
FIGURES = shipped_watch_figures().budget

ROWS = [
    # judgement, ended by, days since its end (None: stands), outcome
    ("", "", None, Outcome.OPEN),
    ("wrong", "", None, Outcome.WRONG),
    ("right", "", None, Outcome.RIGHT),
    ("", "alarm", 0.0, Outcome.RIGHT),
    ("wrong", "alarm", 0.0, Outcome.WRONG),
    ("", "calm", 1.0, Outcome.OPEN),
    ("", "calm", 3.0, Outcome.WRONG),
    ("right", "calm", 9.0, Outcome.RIGHT),
    ("", "another_cause", 4.0, Outcome.WRONG),
]


@pytest.mark.parametrize(("judgement", "ended_by", "days", "outcome"), ROWS)
def test_what_became_of_a_sign(judgement: str, ended_by: str, days: float | None, outcome: Outcome) -> None:
    ended_at = None if days is None else NOW - timedelta(days=days)
    assert outcome_of(judgement, ended_by, ended_at, NOW, settle_days=3.0) is outcome


@pytest.mark.django_db
def test_an_outcome_counts_once_and_a_judgement_takes_it_back(tmp_path: Path, officer: User) -> None:
    Street(tmp_path, quiet())
    row = make_sign()
    assert (reckon_budgets(now=NOW, figures=FIGURES), shift_of(LICANG)) == (0, 0.0)
    EarlySign.objects.update(ended_at=NOW - timedelta(days=FIGURES.settle_days), ended_by="calm")
    assert [reckon_budgets(now=NOW, figures=FIGURES) for _twice in range(2)] == [1, 0]
    assert shift_of(LICANG) == pytest.approx(FIGURES.gain)
    services.judge_early_sign(actor=officer, early_sign_id=row.pk, judgement="right")
    assert reckon_budgets(now=NOW, figures=FIGURES) == 1
    assert shift_of(LICANG) == pytest.approx(-FIGURES.relief)


@pytest.mark.django_db
def test_an_alarm_proves_a_sign_right_and_quiet_days_lower_what_is_asked(tmp_path: Path) -> None:
    Street(tmp_path, quiet())
    row = make_sign()
    SignBudget.objects.create(region_code=LICANG, shift=1.0, reckoned_at=NOW)
    make_alarm(row.sensor, BEGIN_MS + 60_000)
    services.join_alarms(near_m=400.0)
    assert reckon_budgets(now=NOW, figures=FIGURES) == 1
    assert shift_of(LICANG) == pytest.approx(1.0 - FIGURES.relief)
    reckon_budgets(now=NOW + timedelta(days=10), figures=FIGURES)
    assert shift_of(LICANG) == pytest.approx(1.0 - FIGURES.relief - 10 * FIGURES.gain * FIGURES.wrong_a_day)


@pytest.mark.django_db
def test_the_watch_asks_what_the_budget_says(tmp_path: Path) -> None:
    street = Street(tmp_path, quiet())
    SignBudget.objects.create(region_code=LICANG, shift=1.0, reckoned_at=NOW)
    watch = street.begin(BEGIN_MS)
    region = watch._regions[0]
    region._look_at(BEGIN_MS)
    assert region._gathering.figures.rules["gas_main_leak"].share > region._figures.rules["gas_main_leak"].share


@pytest.mark.django_db
def test_judging_on_the_page_and_over_the_api(tmp_path: Path, officer: User, stranger: User, viewer: User) -> None:
    Street(tmp_path, quiet())
    row = make_sign()
    client = Client(headers={"accept-language": "en"})
    client.force_login(stranger)
    assert client.post(f"/early-signs/{row.pk}/judge/", {"judgement": "wrong"}).status_code == 404
    client.force_login(viewer)
    assert client.post(f"/early-signs/{row.pk}/judge/", {"judgement": "wrong"}).status_code == 403
    client.force_login(officer)
    assert client.post(f"/early-signs/{row.pk}/judge/", {"judgement": "perhaps"}).status_code == 400
    for _twice in range(2):
        assert client.post(f"/early-signs/{row.pk}/judge/", {"judgement": "wrong"}).status_code == 302
    row.refresh_from_db()
    assert (row.judgement, row.judged_by, row.seen_by) == ("wrong", officer, officer)
    assert AuditEntry.objects.filter(action="early_sign.judged").count() == 1
    assert OutboxEvent.objects.filter(name="warning.EarlySignJudged").count() == 1
    assert b"was wrong" in client.get(f"/early-signs/{row.pk}/").content
    given = {"judgement": "right"}
    answered = client.post(f"/api/v1/warning/early-signs/{row.pk}/judgement", given, content_type="application/json")
    assert answered.json()["judgement"] == "right"
    reckon_budgets(now=NOW, figures=FIGURES)
    told = client.get("/api/v1/warning/early-sign-budgets").json()
    assert [(one["region_code"], one["right"], one["wrong"]) for one in told] == [(LICANG, 0, 0)]  # raised long ago
    assert told[0]["asked_percent"] < told[0]["usual_percent"]
    assert b"Budget of wrong signs" in client.get("/early-signs/").content
    client.force_login(stranger)
    assert client.get("/api/v1/warning/early-sign-budgets").json() == []
