"""The audit trail: written with the act, sealed a moment later, and no line of it can be taken away unseen."""

import asyncio
import contextlib
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from tocsin.jurisdiction import services as rights
from tocsin.records import queries, rules, sealing, services
from tocsin.records.models import AuditEntry, AuditHead

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


@pytest.mark.django_db
def test_an_entry_lives_and_dies_with_its_transaction() -> None:
    actor = rights.system_actor()
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        services.record_audit(actor, "alarm.closed", "alarm", UUID(int=7), "370213")
        raise ZeroDivisionError
    assert not AuditEntry.objects.filter(action="alarm.closed").exists()


@pytest.mark.django_db(transaction=True)
def test_the_workers_loop_seals_within_a_second() -> None:
    write(services.BATCH + 5)

    async def run() -> None:
        loop = asyncio.create_task(sealing.seal_audit_entries(None))  # type: ignore[arg-type]  # the loop needs no bus
        for _wait in range(100):
            await asyncio.sleep(0.05)
            if not await AuditEntry.objects.filter(sequence=None).aexists():
                break
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
