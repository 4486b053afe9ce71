"""The audit trail: written with the act, sealed a moment later, and no line of it can be taken away unseen."""

import asyncio
import contextlib
import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import QuerySet
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tocsin.bus.loops.driver import run_loops
from tocsin.jurisdiction.people.services import system as rights
from tocsin.portal.configuration import Configuration
from tocsin.records.audit import policy, queries, rules, services
from tocsin.records.audit.loops import SEAL
from tocsin.records.audit.models import AuditEntry, AuditHead

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def line(sequence: int, **details: object) -> rules.Line:
    at = datetime(2026, 11, 24, 5, 0, 0, 120_000, tzinfo=UTC)
    return rules.Line(sequence, "id", at, "actor", "陈晨", "alarm.acknowledged", "alarm", "7", "370213", details)


def chain(length: int) -> list[rules.SealedLine]:
    sealed, previous = [], rules.GENESIS
    for sequence in range(1, length + 1):
        digest = rules.seal(line(sequence, number=sequence), previous)
        sealed.append(rules.SealedLine(line(sequence, number=sequence), previous, digest))
        previous = digest
    return sealed


def fault_of(lines: list[rules.SealedLine], whole: list[rules.SealedLine]) -> tuple[rules.Fault | None, int | None]:
    report = rules.verify(lines, head_sequence=len(whole), head_hash=whole[-1].hash)
    return report.fault, report.at_sequence


def test_the_canonical_bytes_are_these() -> None:
    assert line(1, b=1, a="气").canonical().decode() == (
        '[1,"id","2026-11-24T05:00:00.120000+00:00","actor","陈晨","alarm.acknowledged","alarm","7","370213",{"a":"气","b":1}]'
    )


@given(st.dictionaries(st.text(), VALUES))
def test_the_order_of_keys_does_not_matter(details: dict[str, object]) -> None:
    turned = dict(reversed(list(details.items())))
    assert rules.seal(line(1, **details), rules.GENESIS) == rules.seal(line(1, **turned), rules.GENESIS)
    again = json.loads(json.dumps(details))
    assert rules.seal(line(1, **again), rules.GENESIS) == rules.seal(line(1, **details), rules.GENESIS)


def test_faults_are_told_apart() -> None:
    whole = chain(6)
    altered = rules.SealedLine(line(3, number=4), whole[2].previous_hash, whole[2].hash)
    forged = rules.SealedLine(altered.line, altered.previous_hash, rules.seal(altered.line, altered.previous_hash))
    assert fault_of(whole, whole) == (None, None)
    assert fault_of([*whole[:2], *whole[3:]], whole) == (rules.Fault.MISSING, 4)
    assert fault_of(whole[1:], whole) == (rules.Fault.MISSING, 2)
    assert fault_of([*whole[:2], altered, *whole[3:]], whole) == (rules.Fault.ALTERED, 3)
    assert fault_of([*whole[:2], forged, *whole[3:]], whole) == (rules.Fault.UNLINKED, 4)
    assert fault_of(whole[:-1], whole) == (rules.Fault.HEAD, 5)
    assert fault_of([], whole) == (rules.Fault.HEAD, 0)


def write(count: int) -> list[AuditEntry]:
    actor = rights.system_actor()
    return [
        services.record_audit(actor, "alarm.raised", "alarm", str(number), "370213", {"level": 4, "值": 27.5})
        for number in range(count)
    ]


@pytest.mark.django_db
def test_entries_are_sealed_in_batches_and_the_chain_is_whole() -> None:
    write(7)
    assert [services.seal_entries(limit=3) for _pass in range(4)] == [3, 3, 1, 0]
    assert list(AuditEntry.objects.order_by("at").values_list("sequence", flat=True)) == [1, 2, 3, 4, 5, 6, 7]
    write(2)
    report = queries.verify_chain()
    assert (report.whole, report.entries, report.unsealed) == (True, 7, 2)


@pytest.mark.django_db
def test_an_empty_trail_is_whole() -> None:
    assert queries.verify_chain().whole
    assert services.seal_entries() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "tamper", "fault"),
    [
        ("a line taken out", lambda rows: rows.filter(sequence=3).delete(), rules.Fault.MISSING),
        ("the newest taken off", lambda rows: rows.filter(sequence=5).delete(), rules.Fault.HEAD),
        ("another person", lambda rows: rows.filter(sequence=2).update(actor_name="somebody"), rules.Fault.ALTERED),
        ("another time", lambda rows: rows.filter(sequence=2).update(at=datetime(2020, 1, 1, tzinfo=UTC)), rules.Fault.ALTERED),
        ("other details", lambda rows: rows.filter(sequence=2).update(details={"level": 1}), rules.Fault.ALTERED),
        ("another hash", lambda rows: rows.filter(sequence=4).update(hash="ab" * 32), rules.Fault.ALTERED),
    ],
)
def test_tampering_shows(name: str, tamper: object, fault: rules.Fault) -> None:
    write(5)
    services.seal_entries()
    tamper(AuditEntry.objects.all())  # type: ignore[operator]
    assert queries.verify_chain().fault is fault, name
    with pytest.raises(CommandError, match=fault):
        call_command("verify_audit")


@pytest.mark.django_db
def test_a_kept_head_proves_that_the_trail_was_not_written_anew(capsys: pytest.CaptureFixture[str]) -> None:
    write(3)
    services.seal_entries()
    call_command("verify_audit")
    head = capsys.readouterr().out.split()[-1]
    write(1)
    services.seal_entries()
    call_command("verify_audit", "--head", head)
    AuditEntry.objects.filter(sequence=1).delete()
    AuditEntry.objects.update(sequence=None)
    AuditHead.objects.update(sequence=0, hash=rules.GENESIS)
    services.seal_entries()
    assert queries.verify_chain().whole
    with pytest.raises(CommandError, match="anew"):
        call_command("verify_audit", "--head", head)


def test_the_figures_of_the_standards() -> None:
    """GB/T 32905-2016, annex A.1, and FIPS 180-2, annex B.1: both of "abc"."""
    assert rules.Algorithm.SM3.digest(b"abc") == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert rules.Algorithm.SHA256.digest(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@contextlib.contextmanager
def hashed_by(name: str) -> Iterator[None]:
    with override_settings(CONFIGURATION=dataclasses.replace(settings.CONFIGURATION, audit_hash=name)):
        yield


@pytest.mark.django_db
def test_a_chain_that_changes_its_hash_function_is_whole() -> None:
    for name in ("sha256", "sm3", "sha256"):
        with hashed_by(name):
            write(2)
            services.seal_entries()
    algorithms = AuditEntry.objects.order_by("sequence").values_list("algorithm", flat=True)
    assert list(algorithms) == ["sha256", "sha256", "sm3", "sm3", "sha256", "sha256"]
    assert queries.verify_chain().whole
    AuditEntry.objects.filter(sequence=3).update(algorithm="sha256")
    assert queries.verify_chain().fault is rules.Fault.ALTERED


def test_a_hash_function_that_is_not_there_is_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_AUDIT_HASH", "sm3")
    assert Configuration.from_environment().audit_hash == "sm3"
    monkeypatch.setattr("hashlib.algorithms_available", {"sha256"})
    with pytest.raises(ValueError, match="OpenSSL"):
        Configuration.from_environment()
    monkeypatch.setenv("TOCSIN_AUDIT_HASH", "md5")
    with pytest.raises(ValueError, match="sha256, sm3"):
        Configuration.from_environment()


def test_half_a_year_is_kept_at_least() -> None:
    assert policy.audit_policy().keep_days >= policy.FEWEST_DAYS
    with pytest.raises(ValueError, match="180"):
        policy.read_audit_policy(b"keep_days = 179", "audit.toml")


def age(days: int) -> None:
    """Three entries as of so many days ago, sealed."""
    for entry in write(3):
        AuditEntry.objects.filter(pk=entry.pk).update(at=timezone.now() - timedelta(days=days))
    services.seal_entries()


def let_go() -> int:
    """One round of the worker: declared, sealed, deleted."""
    services.let_old_entries_go(actor=rights.system_actor(), now=timezone.now())
    services.seal_entries()
    return services.drop_entries(now=timezone.now())


@pytest.mark.django_db
def test_old_entries_are_let_go_and_the_rest_proves_itself(capsys: pytest.CaptureFixture[str]) -> None:
    keep = policy.audit_policy().keep_days
    age(keep + 2)
    call_command("verify_audit")
    old_head = capsys.readouterr().out.split()[-1]
    age(keep - 2)
    assert let_go() == 2, "the last of the three stays as the proof of its age"
    report = queries.verify_chain()
    assert (report.whole, report.entries, report.dropped_through) == (True, 4, 3)
    call_command("verify_audit", "--head", old_head)  # the anchor itself
    assert let_go() == 0
    assert AuditEntry.objects.filter(action=rules.DROPPED).count() == 1
    with pytest.raises(CommandError, match="let go"):
        call_command("verify_audit", "--head", f"2:{'ab' * 32}")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "tamper", "fault"),
    [
        ("one kept is taken out", lambda rows: rows.filter(sequence=4).delete(), rules.Fault.MISSING),
        ("one kept is altered", lambda rows: rows.filter(sequence=5).update(object_id="x"), rules.Fault.ALTERED),
        ("the entry about it is taken out", lambda rows: rows.filter(action=rules.DROPPED).delete(), rules.Fault.MISSING),
        ("more was let go than said", lambda rows: _say(rows, through=4), rules.Fault.UNLINKED),
        ("another anchor", lambda rows: _say(rows, hash="ab" * 32), rules.Fault.UNLINKED),
        ("the proof of their age is taken out", lambda rows: rows.filter(sequence=3).delete(), rules.Fault.EARLY),
        (
            "the proof of their age is altered",
            lambda rows: rows.filter(sequence=3).update(at=timezone.now() - timedelta(days=9999)),
            rules.Fault.EARLY,
        ),
    ],
)
def test_tampering_shows_behind_the_anchor(name: str, tamper: object, fault: rules.Fault) -> None:
    age(policy.audit_policy().keep_days + 2)
    age(1)
    let_go()
    assert queries.verify_chain().whole
    tamper(AuditEntry.objects.all())  # type: ignore[operator]
    assert queries.verify_chain().fault is fault, name


def _say(rows: QuerySet[AuditEntry], **changed: object) -> None:
    told = rows.get(action=rules.DROPPED)
    rows.filter(pk=told.pk).update(details=told.details | changed)


NOW = datetime(2026, 11, 28, tzinfo=UTC)
LIMIT = NOW - timedelta(days=180)


def last_that_went(at: datetime) -> tuple[rules.SealedLine, rules.Anchor]:
    sealed_line = dataclasses.replace(line(7), at=at)
    digest = rules.seal(sealed_line, rules.GENESIS)
    return rules.SealedLine(sealed_line, rules.GENESIS, digest), rules.Anchor(7, digest)


@pytest.mark.parametrize(
    ("name", "before", "last", "good"),
    [
        ("as the policy keeps", LIMIT, LIMIT - timedelta(seconds=1), True),
        ("says itself that it is early", LIMIT + timedelta(days=1), LIMIT - timedelta(seconds=1), False),
        ("says that they were old, and they were not", LIMIT, NOW - timedelta(days=2), False),
        ("says nothing that can be read", None, LIMIT - timedelta(seconds=1), False),
        ("the last that went is not there", LIMIT, None, False),
    ],
)
def test_what_was_let_go_must_have_been_old(name: str, before: datetime | None, last: datetime | None, good: bool) -> None:
    boundary, anchor = last_that_went(last or LIMIT)
    drop = rules.Drop(9, NOW, before, boundary=True, anchor=anchor)
    assert rules.let_go_in_time(drop, boundary if last else None, keep_days=180) is good, name
    earlier = dataclasses.replace(drop, boundary=False)  # of a version that kept no proof
    assert rules.let_go_in_time(earlier, None, keep_days=180) is (before == LIMIT), name


@pytest.mark.django_db
def test_whoever_seals_a_drop_of_young_entries_is_found_out(capsys: pytest.CaptureFixture[str]) -> None:
    """With the hand in the database: entries of yesterday deleted, and a proper entry about it, sealed by our own sealer."""
    age(1)
    call_command("verify_audit")
    head = capsys.readouterr().out.split()[-1]
    before = timezone.now() - timedelta(days=policy.audit_policy().keep_days)
    told = {"through": 2, "hash": AuditEntry.objects.get(sequence=2).hash, "before": before.isoformat(), "boundary": True}
    services.record_audit(rights.system_actor(), rules.DROPPED, "audit", "2", "", told)
    services.seal_entries()
    AuditEntry.objects.filter(sequence__lt=2).delete()
    assert queries.verify_chain().fault is rules.Fault.EARLY
    with pytest.raises(CommandError, match="early"):
        call_command("verify_audit", "--head", head)
    AuditEntry.objects.filter(sequence=2).delete()
    assert queries.verify_chain().fault is rules.Fault.EARLY


@pytest.mark.django_db
def test_young_entries_stay_whatever_an_entry_says() -> None:
    age(1)
    forged = {"through": 2, "hash": AuditEntry.objects.get(sequence=2).hash, "before": ""}
    services.record_audit(rights.system_actor(), rules.DROPPED, "audit", "2", "", forged)
    services.seal_entries()
    assert services.drop_entries(now=timezone.now()) == 0
    assert AuditEntry.objects.filter(sequence__lte=2).count() == 2


@pytest.mark.django_db
def test_an_entry_lives_and_dies_with_its_transaction() -> None:
    actor = rights.system_actor()
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        services.record_audit(actor, "alarm.closed", "alarm", UUID(int=7), "370213")
        raise ZeroDivisionError
    assert not AuditEntry.objects.filter(action="alarm.closed").exists()


@pytest.mark.django_db(transaction=True)
def test_the_workers_loop_seals() -> None:
    write(services.BATCH + 5)

    async def run() -> None:
        loop = asyncio.create_task(run_loops([SEAL], None))
        async with asyncio.timeout(60):
            while await AuditEntry.objects.filter(sequence=None).aexists():
                await asyncio.sleep(0.05)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)

    asyncio.run(run())
    assert queries.verify_chain() == rules.ChainReport(
        services.BATCH + 5, None, None, services.BATCH + 5, AuditHead.objects.get().hash, unsealed=0
    )


@pytest.mark.django_db
def test_details_are_told_in_words() -> None:
    details = {"changed": {"telephone": ["", "0532-1"]}, "codes": ["a", "b", "c"], "level": 4}
    entry = services.record_audit(rights.system_actor(), "organisation.edited", "organisation", "7", "370213", details)
    assert entry.told_details() == [("changed", "telephone: – → 0532-1"), ("codes", "a, b, c"), ("level", "4")]
