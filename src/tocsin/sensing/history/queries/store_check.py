"""Whether a store lets exactly one writer win: seen, not believed.

Servers have answered two conditional writes of one name with success (SeaweedFS 4.16), others ignore the condition and say
nothing. So many writers write one new object at the same moment, each on the condition that there is none, version after
version, as writers of a table's log do. One must be told that it won, what it wrote must be there, and all must be listed.
"""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import urlsplit

from pyarrow.fs import FileSelector

from tocsin.atlas.connectors.rules.s3 import address_of, read_error, signed_headers
from tocsin.base.errors import Unavailable
from tocsin.base.ids import new_id
from tocsin.base.object_stores import ObjectStore
from tocsin.sensing.history.models import StoreVerdict
from tocsin.sensing.history.queries.places import Bucket

WRITERS, VERSIONS = 16, 200
TIMEOUT_S = 30.0
REFUSED = (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT)  # 409: two at the same moment, ask again (S3's documentation)


class Fault(StrEnum):
    """What was wrong with a version."""

    SEVERAL_WINNERS = "several_winners"
    NO_WINNER = "no_winner"
    OTHER_CONTENT = "other_content"
    NOT_LISTED = "not_listed"


@dataclass(frozen=True)
class StoreCheck:
    """What so many writers saw of so many versions: how often each fault."""

    writers: int
    versions: int
    faults: dict[Fault, int]
    seconds: float

    @property
    def verdict(self) -> StoreVerdict:
        """One fault is enough."""
        return StoreVerdict.UNSAFE if self.faults else StoreVerdict.ONE_WINNER


def check_store(
    store: ObjectStore, *, writers: int = WRITERS, versions: int = VERSIONS, say: Callable[[int], None] = lambda version: None
) -> StoreCheck:
    """Tries it below the history's own place, and cleans up. Unavailable where the store can't be reached or refuses."""
    place, folder = Bucket(store, lambda _store: nullcontext()), f"_check-{new_id()}"
    began = time.monotonic()
    race = _Race(store, folder, writers)
    faults: Counter[Fault] = Counter()
    try:
        for version in range(versions):
            faults.update(race.run(version))
            say(version + 1)
        listed = {one.base_name for one in place.files.get_file_info(FileSelector(folder))}
        faults[Fault.NOT_LISTED] += len({_name(version) for version in range(versions)} - listed)
    except OSError as error:
        raise place.fault("checked", error) from error
    finally:
        race.end()
        with suppress(OSError):  # it lies below a name of its own and is in nobody's way
            place.files.delete_dir(folder)
    return StoreCheck(writers, versions, {fault: count for fault, count in faults.items() if count}, time.monotonic() - began)


class _Race:
    """Writers with a connection each, who begin together."""

    def __init__(self, store: ObjectStore, folder: str, writers: int) -> None:
        self._store, self._folder = store, folder
        self._clients = [_Client(store) for _ in range(writers)]
        self._start = threading.Barrier(writers)
        self._pool = ThreadPoolExecutor(writers, thread_name_prefix="store-check")

    def run(self, version: int) -> list[Fault]:
        """All write one version; what was wrong with it."""
        key = f"{self._store.prefix}/{self._folder}/{_name(version)}"
        contents = [f"{version} {number}".encode() for number in range(len(self._clients))]

        def write(number: int) -> bool:
            self._start.wait(TIMEOUT_S)
            return self._clients[number].write_new(key, contents[number])

        won = list(self._pool.map(write, range(len(self._clients))))
        winners = [number for number, has_won in enumerate(won) if has_won]
        if len(winners) != 1:
            return [Fault.SEVERAL_WINNERS if winners else Fault.NO_WINNER]
        return [] if self._clients[0].read(key) == contents[winners[0]] else [Fault.OTHER_CONTENT]

    def end(self) -> None:
        """Lets the connections go."""
        self._start.abort()
        self._pool.shutdown()
        for one in self._clients:
            one.close()


class _Client:
    """One connection to the store."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store
        parts = urlsplit(store.base)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(parts.netloc, timeout=TIMEOUT_S)

    def write_new(self, key: str, content: bytes) -> bool:
        """Whether the object was written, on the condition that there was none."""
        while True:
            status, body = self._ask("PUT", key, content, {"If-None-Match": "*"})
            if status == HTTPStatus.CONFLICT and not self.has(key):
                continue
            if status in REFUSED:
                return False
            self._require(status, body)
            return True

    def has(self, key: str) -> bool:
        """Whether there is such an object."""
        return self._ask("GET", key)[0] == HTTPStatus.OK

    def read(self, key: str) -> bytes:
        """What stands in the object."""
        status, body = self._ask("GET", key)
        self._require(status, body)
        return body

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def _ask(self, method: str, key: str, content: bytes = b"", also: dict[str, str] | None = None) -> tuple[int, bytes]:
        store = self._store
        url = address_of(store.base, store.bucket, key)
        keys = {"account": store.access_key, "secret": store.secret_key, "region": store.region}
        headers = signed_headers(url, **keys, at=datetime.now(UTC), method=method, content=content)
        try:
            self._connection.request(method, urlsplit(url).path, content or None, {**headers, **(also or {})})
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            raise Unavailable(f"{store.address} does not answer: {error}") from error

    def _require(self, status: int, body: bytes) -> None:
        if status not in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT):
            told = read_error(body)
            why = self._store.without_keys(f"{told.code} {told.words}") if told else ""
            raise Unavailable(f"{self._store.address} answers with {status} {why}".rstrip())


def _name(version: int) -> str:
    return f"{version:020}.json"
