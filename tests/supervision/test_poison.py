"""What a platform sends to hurt: one bad record, file or message stops no other, and each is told."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.supervision.firms import NOW, make_body, make_object
from tocsin.base.storable import is_storable
from tocsin.federation.rules.outcomes import Unreadable
from tocsin.federation.rules.records import RecordMapping, read_rows, record_of
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.platforms.models import Connector
from tocsin.supervision.platforms.policy import Platform, read_platforms
from tocsin.supervision.platforms.services import connectors, folders
from tocsin.supervision.platforms.shown import words_of

PLATFORMS = (
    "".join(
        f"""
[{name}]
platform = "{name}"
level = "city"
region = "370213"
way = "{way}"
subject = "{name}"
every_s = 5
form = "json"
fields = {{ firm = "firm", at = "at", value = "value", source = "=video", origin = "from" }}
"""
        for name, way in (("afirst", "folder"), ("bsecond", "folder"), ("cheard", "bus"))
    )
    .replace('subject = "afirst"\n', "")
    .replace('subject = "bsecond"\n', "")
)


@pytest.fixture
def firm(db: None) -> SupervisedObject:
    return make_object("甲厂", organisation=make_body("firm-a"), trade="fine_chemical_batch")


@pytest.fixture
def joined(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Platform]:
    """Two folders and a subject of the bus, the folders below the test's own."""
    found = read_platforms(PLATFORMS.encode()).found
    monkeypatch.setattr(connectors, "platforms", lambda: found)
    for module in (connectors, folders):
        monkeypatch.setattr(module, "folder_of", lambda name: tmp_path / name)
    for name in ("afirst", "bsecond"):
        (tmp_path / name / "in").mkdir(parents=True)
    return found


def row(firm: SupervisedObject, minute: int, **changes: Any) -> dict[str, Any]:
    at = (NOW - timedelta(minutes=minute)).isoformat()
    return {"firm": firm.code, "at": at, "value": 1, "from": "gate", **changes}


def reasons_in(folder: Path) -> dict[str, str]:
    return {one.name.removesuffix(".reasons.txt"): one.read_text("utf-8") for one in folder.glob("*.reasons.txt")}


def test_bad_files_are_refused_in_words_and_the_next_platform_has_its_turn(
    firm: SupervisedObject, joined: dict[str, Platform], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_BYTES", 300_000)
    bad, good = tmp_path / "afirst" / "in", tmp_path / "bsecond" / "in"
    (bad / "field.csv").write_text("firm,at,value,from\n" + f'"{"x" * 200_000}",2026-11-25 08:00,1,gate\n')
    (bad / "pair.json").write_bytes(b'[{"firm": "\\ud800", "at": "\\udfff", "value": "\\u0000", "from": "\\ud83d"}]')
    (bad / "rows.json").write_text(
        json.dumps([row(firm, 1), row(firm, 2, **{"from": "a\0"}), row(firm, 3, value=10**400), row(firm, 4, at=[[]])])
    )
    (bad / "deep.json").write_text("[" * 100_000 + "]" * 100_000)
    nested = "[" * 900 + "]" * 900
    (bad / "nested.json").write_text(f'[{{"firm": {nested}, "at": 1, "value": 1, "from": ""}}]')
    (bad / "long.json").write_bytes(b" " * 300_001)
    (bad / "link.json").symlink_to("/etc/hostname")
    os.mkfifo(bad / "pipe.json")
    (bad / "folder.json").mkdir()
    (bad / os.fsdecode(b"name-\xff.json")).write_bytes(b"no json")
    (good / "rows.json").write_text(json.dumps([row(firm, 5)]))
    assert connectors.run_connectors(now=NOW) == 2
    assert sorted(EvidenceRecord.objects.values_list("platform", flat=True)) == ["afirst", "bsecond"]
    assert not list(bad.iterdir())
    refused, done = reasons_in(tmp_path / "afirst" / "refused"), reasons_in(tmp_path / "afirst" / "done")
    assert set(refused) == {
        *("field.csv", "pair.json", "deep.json", "nested.json", "long.json", "link.json", "pipe.json", "folder.json"),
        os.fsdecode(b"name-\xff.json"),
    }
    assert "link, a pipe or a folder" in refused["link.json"] and "300000 bytes" in refused["long.json"]
    assert "near line 2" in refused["field.csv"]
    assert [line.partition(":")[0] for line in done["rows.json"].splitlines()] == ["row 2", "row 3", "row 4"]
    state = Connector.objects.get(name="afirst")
    assert state.refused == 4 and all(words_of(one) for one in state.last_refused)


def test_a_record_that_no_check_foresaw_is_refused_alone(
    firm: SupervisedObject, joined: dict[str, Platform], monkeypatch: pytest.MonkeyPatch
) -> None:
    take = connectors.take_evidence

    def breaks(**given: Any) -> Any:
        if any(one.value == 13 for one in given["records"]):
            raise ValueError("unforeseen")
        return take(**given)

    monkeypatch.setattr(connectors, "take_evidence", breaks)
    rows = json.dumps([row(firm, minute, value=minute) for minute in range(10, 21)]).encode()
    taken = connectors.take_content("afirst", joined["afirst"], rows, now=NOW)
    assert (taken.taken, [position for position, _ in taken.refused]) == (10, [3])
    assert "ValueError" in str(dict(taken.refused)[3])


def test_a_message_that_can_not_be_taken_is_passed_over_and_shown(
    firm: SupervisedObject, joined: dict[str, Platform], monkeypatch: pytest.MonkeyPatch
) -> None:
    def hear(sequence: int, payload: bytes) -> Connector:
        connectors.take_message(name="cheard", platform=joined["cheard"], sequence=sequence, payload=payload, now=NOW)
        return Connector.objects.get(name="cheard")

    state = hear(7, b'[{"firm": "\\ud800"}]')
    assert (state.cursor, state.refused) == ("7", 1)
    assert hear(8, b"\xff\xfe\x00").last_error["figures"]["place"] == "#8"
    note = connectors.note_taken
    monkeypatch.setattr(connectors, "note_taken", lambda *given, **named: 1 / 0)
    state = hear(9, json.dumps([row(firm, 1)]).encode())
    assert (state.cursor, state.last_error["figures"]["place"]) == ("9", "#9")
    monkeypatch.setattr(connectors, "note_taken", note)
    assert hear(10, json.dumps([row(firm, 2)]).encode()).last_error == {}

    def locked(*given: Any, **named: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(connectors, "take_evidence", locked)
    with pytest.raises(OperationalError):  # nothing is wrong with the message: it is heard again
        hear(11, json.dumps([row(firm, 3)]).encode())
    assert Connector.objects.get(name="cheard").cursor == "10"


def test_a_platform_whose_reading_fails_is_told_and_the_next_one_runs(
    firm: SupervisedObject, joined: dict[str, Platform], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bsecond" / "in" / "rows.json").write_text(json.dumps([row(firm, 1)]))
    files = connectors.waiting_files
    monkeypatch.setattr(connectors, "waiting_files", lambda name: 1 / 0 if name == "afirst" else files(name))
    connectors.run_connectors(now=NOW)
    assert EvidenceRecord.objects.get().platform == "bsecond"
    assert "ZeroDivisionError" in str(words_of(Connector.objects.get(name="afirst").last_error))


ANY_TEXT = st.text(st.characters(codec=None, categories=None), max_size=8)  # lone surrogates and NUL among it
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.floats()
    | st.integers()
    | ANY_TEXT
    | st.sampled_from([10**400, "\0", "\ud800", "1e999", "9" * 600]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(ANY_TEXT, inner, max_size=2),
    max_leaves=4,
)
MAPPING = RecordMapping("json", {"firm": "firm", "at": "at", "value": "value", "source": "=video"})


@pytest.mark.one_database
@hypothesis_settings(max_examples=150, deadline=None)
@given(st.fixed_dictionaries({"firm": VALUES, "at": VALUES | st.just("2026-11-25"), "value": VALUES | st.just(1)}))
def test_a_row_of_anything_is_a_record_or_refused_in_storable_words(given_row: dict[str, Any]) -> None:
    for one in read_rows(json.dumps([given_row]).encode(), MAPPING):
        try:
            record = record_of(one, MAPPING)
        except Unreadable as error:
            assert is_storable(str(error)) and len(str(error)) < 1000
        else:
            assert all(is_storable(text) for text in record.values() if isinstance(text, str))


@pytest.mark.one_database
@hypothesis_settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["csv", "json", "ndjson", "xml"]),
    st.binary(max_size=60) | ANY_TEXT.map(lambda text: text.encode("utf-8", "replace")),
)
def test_a_file_of_anything_is_rows_or_refused(form: str, content: bytes) -> None:
    try:
        rows = read_rows(content, RecordMapping(form, {}))
    except Unreadable as error:
        assert is_storable(str(error))
    else:
        assert all(isinstance(one, dict) for one in rows)
