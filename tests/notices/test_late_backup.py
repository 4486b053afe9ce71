"""A backup that is late is told to administrators, once, until there is another."""

from datetime import timedelta
from typing import Any

import pytest

from tests.languages import english as english
from tests.people import make_person
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.face import Notice
from tocsin.notices.system.services import ring_for_backup
from tocsin.notices.system.shown import page, texts
from tocsin.records.face import BACKUP_TAKEN, record_audit
from tocsin.screens.clock import current_time


@pytest.fixture
def administrator(db: None) -> Any:
    return make_person("system_administrator", "000000")


def told() -> list[Notice]:
    return list(Notice.objects.filter(key__startswith="backup-").order_by("pk"))


def taken() -> None:
    record_audit(system_actor(), BACKUP_TAKEN, "backup", "point", region_code="", details={})


def test_one_that_is_late_is_told_once_and_ends_with_the_next(administrator: Any) -> None:
    now = current_time()
    taken()
    ring_for_backup(now=now + timedelta(hours=25))
    assert told() == []
    for hours in (26.1, 27, 60):
        ring_for_backup(now=now + timedelta(hours=hours))
    (one,) = told()
    assert one.person_id == administrator.pk
    assert "No backup was taken since" in texts([one])[one.pk]
    assert page(one) == "/system/"
    taken()
    ring_for_backup(now=now + timedelta(hours=1))
    one.refresh_from_db()
    assert one.fate == "superseded"


def test_where_none_was_ever_taken(administrator: Any) -> None:
    record_audit(system_actor(), "policy.changed", "policy", "x", region_code="", details={})
    ring_for_backup(now=current_time() + timedelta(hours=27))
    assert "ever taken" in texts(told())[told()[0].pk]
