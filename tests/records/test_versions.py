"""Versions of policy: drafted, tried, confirmed by a second person, in force at their hour, the narrower scope first."""

import asyncio
import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from django.test import override_settings

from tests.accounts import PersonMaker
from tests.people import LICANG, QINGDAO, SHINAN, YANTAI
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.policy import InForce, PolicyFile, reader
from tocsin.base.time import Clock, ms_from_datetime
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry
from tocsin.records.versions import queries
from tocsin.records.versions.models import PolicyVersion
from tocsin.records.versions.services import versions
from tocsin.records.versions.services.versions import NewVersion
from tocsin.records.versions.shown import show_versions

TEXT = """
limit = 20.0
beyond = false

[hold]
minutes = 5

[[row]]
code = "one"
weight = 1
"""


class Hold(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    minutes: int


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    weight: int


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    limit: float
    beyond: bool
    hold: Hold
    row: tuple[Row, ...]


def low_enough(found: Limits, source: str) -> None:
    if found.limit > 100:
        raise ValueError(f"{source}: limit is {found.limit}; it lies below 100")


FILE: PolicyFile[Limits]


@pytest.fixture(autouse=True)
def _one_file(tmp_path: Path) -> Iterator[None]:
    global FILE
    path = tmp_path / "limits.toml"
    path.write_text(TEXT)
    FILE = PolicyFile(
        "records.limits", path, reader(Limits, low_enough), "限值", "Limits", regions=True, trades=True, items="row"
    )
    queries.policy_files.cache_clear()
    with override_settings(POLICY_FILES=(f"{__name__}.FILE",), POLICY_TRIALS={"records.limits": f"{__name__}.trial"}):
        yield
    queries.policy_files.cache_clear()


def trial(_row: PolicyVersion, content: dict[str, object]) -> dict[str, object]:
    return {"would ring": content["limit"]}


@pytest.fixture
def people(make_person: PersonMaker) -> tuple[User, User]:
    author, second = make_person("rule_engineer", EVERYWHERE), make_person("supervisor", EVERYWHERE)
    return author, second


def confirmed(people: tuple[User, User], text: str, *, at: datetime | None = None, **new: object) -> PolicyVersion:
    author, second = people
    row = versions.draft_version(actor=author, policy=FILE.name, new=NewVersion(text=text, source="a test", **new))  # type: ignore[arg-type]
    versions.try_version(actor=author, version_id=row.pk)
    return versions.confirm_version(actor=second, version_id=row.pk, effective_from=at)


def test_a_confirmed_version_is_in_force_with_its_name(people: tuple[User, User]) -> None:
    assert FILE.current().limit == 20.0
    row = confirmed(people, "limit = 10.0")
    assert FILE.in_force() == InForce(dataclass_with(limit=10.0), (str(row.pk),))
    acts = AuditEntry.objects.filter(object_type="policy", object_id=str(row.pk)).order_by("at", "id")
    assert [one.action for one in acts] == ["policy.drafted", "policy.tried", "policy.confirmed"]
    assert OutboxEvent.objects.filter(name="records.PolicyConfirmed").count() == 1


def dataclass_with(**fields: object) -> Limits:
    return msgspec.structs.replace(FILE.shipped, **fields)


SCOPES = {
    "elsewhere the city's hold": ("", "", 12.0),
    "the city": (QINGDAO, "", 11.0),
    "its district": (LICANG, "", 10.0),
    "another district of the city": (SHINAN, "", 11.0),
    "a trade in the district": (LICANG, "chemicals", 9.0),
    "a trade elsewhere": (YANTAI, "chemicals", 8.0),
    "another trade elsewhere": (YANTAI, "shops", 12.0),
}


@pytest.mark.parametrize(("region", "trade", "limit"), SCOPES.values(), ids=SCOPES)
def test_the_narrower_scope_wins(people: tuple[User, User], region: str, trade: str, limit: float) -> None:
    confirmed(people, "limit = 9.0", region_code=LICANG, trade="chemicals")
    confirmed(people, "limit = 10.0", region_code=LICANG)
    confirmed(people, "limit = 8.0", trade="chemicals")
    confirmed(people, "limit = 11.0", region_code=QINGDAO)
    confirmed(people, "limit = 12.0\nbeyond = true")
    found = FILE.current(region=region, trade=trade)
    assert (found.limit, found.beyond) == (limit, True)


def test_the_newer_one_replaces_and_withdraws(people: tuple[User, User]) -> None:
    first = confirmed(people, "limit = 10.0\nbeyond = true")
    confirmed(people, "limit = 11.0")
    assert FILE.current() == dataclass_with(limit=11.0)
    confirmed(people, "", withdrawn=True)
    assert FILE.current() == FILE.shipped
    states = {one.version: one.state for one in show_versions(queries.versions_of(FILE.name))}
    assert states == {"2": "replaced", "3": "replaced", "4": "on"}
    first.refresh_from_db()
    assert first.text == "limit = 10.0\nbeyond = true"


def test_it_waits_for_its_hour_and_ends(people: tuple[User, User], monkeypatch: pytest.MonkeyPatch) -> None:
    now = settings.CONFIGURATION.clock.now()
    row = confirmed(people, "limit = 10.0", at=now + timedelta(hours=2), effective_to=now + timedelta(hours=4))
    assert row.effective_from is not None
    limits = [FILE.current(at=now + timedelta(hours=hours)).limit for hours in (1, 3, 5)]
    assert limits == [20.0, 10.0, 20.0]
    for hours, limit in ((1, 20.0), (3, 10.0), (5, 20.0)):
        later = dataclasses.replace(settings.CONFIGURATION, clock=clock_at(now + timedelta(hours=hours)))
        monkeypatch.setattr(settings, "CONFIGURATION", later)
        assert FILE.current().limit == limit


def clock_at(moment: datetime) -> Clock:
    return Clock(ms_from_datetime(moment), ms_from_datetime(datetime.now(UTC)), 1.0)


def test_items_are_exchanged_one_by_one(people: tuple[User, User]) -> None:
    confirmed(people, 'code = "two"\nweight = 2', key="two")
    assert [row.code for row in FILE.current().row] == ["one", "two"]
    confirmed(people, 'code = "one"\nweight = 7', key="one", region_code=LICANG)
    assert [row.weight for row in FILE.current(region=LICANG).row] == [7, 2]
    confirmed(people, "", key="one", withdrawn=True)
    assert [row.code for row in FILE.current().row] == ["two"]


def test_a_draft_shows_what_it_changes(people: tuple[User, User]) -> None:
    row = versions.draft_version(actor=people[0], policy=FILE.name, new=NewVersion("limit = 15\n[hold]\nminutes = 5"))
    tried = versions.try_version(actor=people[0], version_id=row.pk)
    assert tried.trial == {"changed": 1, "keys": [[["limit"], 20.0, 15]], "shown": {"would ring": 15}}


REFUSED = {
    "an unknown key": (NewVersion("lamp = 1"), "lamp"),
    "a value of another kind": (NewVersion('beyond = "yes"'), "beyond"),
    "a value without sense": (NewVersion("limit = 200.0"), "below 100"),
    "no TOML": (NewVersion("limit == 1"), "TOML"),
    "no such region": (NewVersion("limit = 1.0", region_code="999999"), "region"),
    "no such mark": (NewVersion("limit = 1.0", confidence="Z"), "confidence"),
}


@pytest.mark.parametrize(("new", "told"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_fit_is_refused(people: tuple[User, User], new: NewVersion, told: str) -> None:
    with pytest.raises((InvalidInput, NotAllowed), match=told):
        versions.draft_version(actor=people[0], policy=FILE.name, new=new)
    assert not PolicyVersion.objects.exists()


def test_a_second_person_confirms_what_was_tried(people: tuple[User, User], make_person: PersonMaker) -> None:
    author, second = people
    row = versions.draft_version(actor=author, policy=FILE.name, new=NewVersion("limit = 10.0"))
    with pytest.raises(Conflict, match="Try"):
        versions.confirm_version(actor=second, version_id=row.pk)
    versions.try_version(actor=author, version_id=row.pk)
    with pytest.raises(Conflict, match="Another person"):
        versions.confirm_version(actor=author, version_id=row.pk)
    with pytest.raises(NotAllowed):
        versions.confirm_version(actor=make_person("analyst", EVERYWHERE), version_id=row.pk)
    with pytest.raises(InvalidInput):
        yesterday = settings.CONFIGURATION.clock.now() - timedelta(days=1)
        versions.confirm_version(actor=second, version_id=row.pk, effective_from=yesterday)
    versions.confirm_version(actor=second, version_id=row.pk)
    with pytest.raises(Conflict, match="on already"):
        versions.confirm_version(actor=second, version_id=row.pk)


def test_a_region_s_people_change_their_region(make_person: PersonMaker) -> None:
    engineer = make_person("rule_engineer", LICANG)
    with pytest.raises(NotAllowed):
        versions.draft_version(actor=engineer, policy=FILE.name, new=NewVersion("limit = 10.0"))
    row = versions.draft_version(actor=engineer, policy=FILE.name, new=NewVersion("limit = 10.0", region_code=LICANG))
    elsewhere = make_person("rule_engineer", YANTAI)
    assert queries.visible_versions(engineer).get() == row
    assert not queries.visible_versions(elsewhere).exists()


def test_a_version_that_cant_be_read_is_left_out(people: tuple[User, User], caplog: pytest.LogCaptureFixture) -> None:
    confirmed(people, "limit = 10.0")
    row = confirmed(people, "limit = 9.0", region_code=LICANG)
    PolicyVersion.objects.filter(pk=row.pk).update(text="gone = 1")
    assert FILE.current(region=LICANG).limit == 10.0
    assert "left out" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_every_process_takes_it_up_without_a_restart(regions: None, make_person: PersonMaker) -> None:
    """The mark tells: nothing is asked of the database before there is one, and once for each later one."""
    people = make_person("rule_engineer", EVERYWHERE), make_person("supervisor", EVERYWHERE)
    assert FILE.current().limit == 20.0
    before = queries.mark_of(queries.mark_path())
    confirmed(people, "limit = 10.0")
    assert before is None
    assert FILE.current().limit == 10.0

    async def in_a_loop() -> float:
        return FILE.current().limit

    queries._known[0] = queries._NONE  # as in another process
    assert asyncio.run(in_a_loop()) == 10.0
    mark = queries.mark_of(queries.mark_path())
    confirmed(people, "limit = 11.0")
    assert queries.mark_of(queries.mark_path()) != mark
    assert FILE.current().limit == 11.0
