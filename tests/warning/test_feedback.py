"""Findings set the true cause, keep what was shown, are corrected with history, teach slowly, and can be forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.people import LICANG, SHINAN, make_person
from tests.warning.ranked import RANKING, diagnose, ranked_alarm
from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.engine.diagnosis.learning import shipped_shares
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.alarms import history_of
from tocsin.warning.alarms.services import acts as services_acts
from tocsin.warning.alarms.shown.alarms import EntryOut
from tocsin.warning.causes.policy.causes import shipped_templates
from tocsin.warning.diagnosis.models import Diagnosis, Finding
from tocsin.warning.diagnosis.queries import findings as queries_findings
from tocsin.warning.diagnosis.queries.priors import taught_for, taught_in, templates_for
from tocsin.warning.diagnosis.services import findings as services
from tocsin.warning.diagnosis.services import priors as services_priors

pytestmark = pytest.mark.django_db
LATER = (("heat_main_leak_biogas", 0.9, "heating_company"), ("gas_main_leak", 0.1, "gas_company"))


def find(actor: User, alarm: Alarm, cause: str = "heat_main_leak_biogas", **fields: Any) -> Finding:
    return services.record_finding(actor=actor, alarm_id=alarm.pk, cause=cause, found_by="Heating crew 3", **fields)


def test_a_finding_sets_the_true_cause_and_keeps_what_was_shown(district: list[int], officer: User) -> None:
    alarm = ranked_alarm()
    services_acts.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
    last = diagnose(alarm, LATER)
    before = list(Diagnosis.objects.order_by("pk").values("pk", "result"))
    finding = find(officer, alarm, text="weld at the bend")
    alarm.refresh_from_db()
    assert alarm.true_cause == "heat_main_leak_biogas"
    assert finding.dispatched is not None
    assert finding.last is not None
    assert finding.dispatched["ranking"][0] == list(RANKING[0])
    assert finding.last["diagnosis"] == str(last.pk)
    assert finding.owner == "heating_company"
    assert list(Diagnosis.objects.order_by("pk").values("pk", "result")) == before
    line = EntryOut.from_orm(list(history_of(alarm))[-1])
    assert line.sentence == "Found on site: Heating main leak that drives biogas"
    assert AuditEntry.objects.filter(action="alarm.found", object_id=str(alarm.pk)).exists()


def test_a_correction_replaces_the_finding_and_keeps_it(district: list[int], officer: User) -> None:
    alarm = ranked_alarm()
    find(officer, alarm)
    diagnose(alarm, LATER)
    second = find(officer, alarm, "other", cause_in_words="a leaking tanker")
    alarm.refresh_from_db()
    assert alarm.true_cause == "other"
    assert [one.cause for one in queries_findings.findings_of(alarm)] == ["other", "heat_main_leak_biogas"]
    assert second.last is not None
    assert second.last["ranking"][0] == list(RANKING[0])  # judged by what was shown when it was found, not since
    lines = [EntryOut.from_orm(one).sentence for one in history_of(alarm)]
    assert lines[-1] == "Finding corrected: a leaking tanker"
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(alarm=alarm).update(replaced_at=None)


REFUSED = {
    "no such cause": ({"cause": "goblins"}, "no such cause"),
    "other without words": ({"cause": "other"}, "in words"),
    "tomorrow": ({"found_at": timezone.now() + timedelta(days=400)}, "lies in the past"),
    "no such asset": ({"asset_code": "nowhere"}, "no asset nowhere"),
    "half a spot": ({"lon": 120.4}, "longitude and latitude"),
    "no such body": ({"owner": "the_moon"}, "no such body"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_with_a_reason(district: list[int], officer: User, case: str) -> None:
    fields, reason = REFUSED[case]
    with pytest.raises(InvalidInput, match=reason):
        find(officer, ranked_alarm(), **fields)
    assert not Finding.objects.exists()


def test_who_may_find(district: list[int], viewer: User, stranger: User) -> None:
    alarm = ranked_alarm()
    with pytest.raises(NotAllowed):
        find(viewer, alarm)
    with pytest.raises(Alarm.DoesNotExist):
        find(stranger, alarm)
    crew = make_person("utility_crew", organisation="gas_company")
    other = make_person("utility_crew", organisation="heating_company")
    for without_order in (crew, other):
        with pytest.raises(Alarm.DoesNotExist):
            find(without_order, alarm)
    with pytest.raises(Alarm.DoesNotExist):
        find(other, alarm, organisation_ids=(crew.organisation_id,))
    find(crew, alarm, organisation_ids=(crew.organisation_id,))


def many_findings(officer: User, alarm: Alarm, cause: str, many: int, region: str = LICANG) -> None:
    """As if so many alarms had been found, each at its own asset."""
    shown = find(officer, alarm, cause)
    Finding.objects.filter(pk=shown.pk).delete()
    now = timezone.now()
    for number in range(many):
        other = Alarm.objects.get(pk=alarm.pk)
        other.pk, other._state.adding, other.rule = None, True, f"{region}-{number}"
        other.id = type(alarm)._meta.get_field("id").get_default()
        other.region_code = region
        other.save()
        Finding.objects.create(
            alarm=other,
            cause=cause,
            asset_code=f"A{number}",
            found_by="crew",
            found_at=now,
            region_code=region,
            recorded_by=officer,
        )


def share_of(templates: Any, cause: str) -> float:
    causes = [one.cause for one in templates.causes]
    return float(shipped_shares(templates)[causes.index(cause)])


def test_priors_learn_slowly_in_the_narrowest_region_with_enough_findings(district: list[int], officer: User) -> None:
    alarm = ranked_alarm()
    shipped = share_of(shipped_templates(), "sensor_fault")
    many_findings(officer, alarm, "sensor_fault", 19)
    assert share_of(templates_for(LICANG), "sensor_fault") == pytest.approx(shipped)
    many_findings(officer, alarm, "sensor_fault", 21, SHINAN)
    assert taught_for(SHINAN).region_code == SHINAN
    assert taught_for(LICANG).region_code == "370200"  # Licang itself has too few, Qingdao has 40
    learnt = share_of(templates_for(LICANG), "sensor_fault")
    assert shipped < learnt < 4 * shipped


def test_one_event_with_many_alarms_teaches_once(district: list[int], officer: User) -> None:
    alarm = ranked_alarm()
    many_findings(officer, alarm, "gas_main_leak", 30)
    Finding.objects.update(asset_code="G1")
    assert taught_in(LICANG).findings == 1


def test_a_reset_forgets_and_needs_the_right_and_a_reason(district: list[int], officer: User) -> None:
    alarm = ranked_alarm()
    many_findings(officer, alarm, "sensor_fault", 25)
    assert taught_in(LICANG).enough
    with pytest.raises(NotAllowed):
        services_priors.reset_priors(actor=officer, region_code=LICANG, reason="sensors exchanged")
    engineer = make_person("rule_engineer", "370200")
    with pytest.raises(InvalidInput):
        services_priors.reset_priors(actor=engineer, region_code=LICANG, reason="")
    with pytest.raises(NotAllowed):
        services_priors.reset_priors(actor=engineer, region_code="370600", reason="not mine")
    services_priors.reset_priors(actor=engineer, region_code="370200", reason="sensors exchanged")
    assert taught_in(LICANG).findings == 0
    assert share_of(templates_for(LICANG), "sensor_fault") == pytest.approx(share_of(shipped_templates(), "sensor_fault"))
    assert AuditEntry.objects.filter(action="priors.reset", region_code="370200").exists()
