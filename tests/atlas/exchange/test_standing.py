"""Who reads by an agreement is told when the rows are no longer what they should be, and when they are again: each once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone, translation

from tests.atlas.resources.files import csv, registered, steward
from tocsin.atlas.exchange.models import SharingAgreement
from tocsin.atlas.exchange.services import agreements as services
from tocsin.atlas.exchange.services.notices import texts
from tocsin.atlas.exchange.services.standing import tell_readers
from tocsin.atlas.resources.rules.levels import SharingLevel
from tocsin.atlas.resources.services import child, reading
from tocsin.atlas.resources.services.landing import deliver, drop_delivery
from tocsin.notices.messages.models import Notice
from tocsin.screens.clock import current_time

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "CONFIGURATION", replace(settings.CONFIGURATION, data=tmp_path))
    monkeypatch.setattr(reading, "_ask_child", child.read)
    with translation.override("en"):
        yield


def told(made: SharingAgreement) -> list[str]:
    notices = Notice.objects.filter(purpose="sharing_agreements", organisation=made.consumer_id, figures__has_key="standing")
    return [notice.figures["standing"] for notice in notices.order_by("pk")]


def test_a_reader_is_told_of_each_change_once() -> None:
    owner = steward()
    consumer = steward("health", "monitoring_centre")
    now = current_time()
    one = registered(owner, level=SharingLevel.RESTRICTED, cycle_h=24)
    deliver(actor=owner, resource_id=one.pk, file_name="1.csv", content=csv(), now=now)
    until = timezone.localdate(now) + timedelta(days=30)
    asked = services.ask_agreement(actor=consumer, resource_id=one.pk, fields=["code"], purpose="noon", until=until, now=now)
    assert tell_readers(now=now) == 0
    services.grant_agreement(actor=owner, agreement_id=asked.pk, fields=["code"], until=until, now=now)
    assert tell_readers(now=now) == 0

    wrong = csv(factor=10, heading="学生数")
    broken = deliver(actor=owner, resource_id=one.pk, file_name="2.csv", content=wrong, now=now + HOUR)
    assert broken.stage == "set_aside"
    assert [tell_readers(now=now + HOUR) for _again in range(2)] == [1, 0]
    assert told(asked) == ["set_aside"]
    drop_delivery(actor=owner, delivery_id=broken.pk, now=now + 2 * HOUR)
    assert tell_readers(now=now + 2 * HOUR) == 1
    assert tell_readers(now=now + 31 * HOUR) == 1
    assert [tell_readers(now=now + 80 * HOUR) for _again in range(2)] == [1, 0]
    deliver(actor=owner, resource_id=one.pk, file_name="3.csv", content=csv(41), now=now + 81 * HOUR)
    assert tell_readers(now=now + 81 * HOUR) == 1
    assert told(asked) == ["set_aside", "good", "late", "dead", "good"]
    lines = texts(list(Notice.objects.filter(figures__standing="dead"))).values()
    assert any("no longer delivered" in line for line in lines)

    services.end_agreement(actor=owner, agreement_id=asked.pk, reason="over", now=now + 82 * HOUR)
    assert tell_readers(now=now + 200 * HOUR) == 0
