"""Where a history lies: a folder, or a place in an S3-compatible store. The same table, by the same code.

Data files are written by us and by deltalake, and read by Arrow; only the table's log needs more of a place than to keep files:
of two who write the same entry exactly one must win (`committing`).
"""

import functools
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.fs as arrow_files
import pyarrow.parquet as pq
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from tocsin.base.errors import Unavailable
from tocsin.base.object_stores import ObjectStore
from tocsin.sensing.history.queries.layout import CONFIGURATION, PACKING, SCHEMA

CONNECT_S, REQUEST_S, TRIES = 3, 10, 3
DISK_READERS = 8  # files that are read side by side: a disk answers several as fast as one
STORE_READERS = 24  # of a store each file is some questions one after another, and many are answered at once

FAULTS = (DeltaError, OSError, pa.ArrowException)
"""What a place says, by deltalake or Arrow, where it can't be read or written."""

type Committing = Callable[[ObjectStore], AbstractContextManager[None]]


class Place(ABC):
    """Where the files of one history lie."""

    readers: int

    @abstractmethod
    def table(self) -> DeltaTable:
        """The table as it is now. TableNotFoundError where there is none."""

    @abstractmethod
    def create(self) -> DeltaTable:
        """A new table. DeltaError where another was quicker."""

    @abstractmethod
    def committing(self) -> AbstractContextManager[None]:
        """Around each step that writes an entry of the table's log."""

    @abstractmethod
    def write(self, path: str, rows: pa.Table) -> int:
        """Writes a Parquet file below the table's folder, durable when this returns; its size in bytes."""

    @property
    @abstractmethod
    def files(self) -> arrow_files.FileSystem:
        """The files below the table's folder."""

    def fault(self, what: str, error: Exception) -> Unavailable:
        """One of `FAULTS` as ours: what can't be done with the history here, and why."""
        return Unavailable(f"history in {self} can't be {what}: {error}")


@dataclass(frozen=True)
class Folder(Place):
    """A folder of this machine or of a shared file system."""

    path: Path
    readers = DISK_READERS

    def __str__(self) -> str:
        return str(self.path)

    def table(self) -> DeltaTable:
        if not DeltaTable.is_deltatable(str(self.path)):
            raise TableNotFoundError(f"no history in {self.path}")
        return DeltaTable(self.path)

    def create(self) -> DeltaTable:
        self.path.mkdir(parents=True, exist_ok=True)
        return DeltaTable.create(self.path, schema=SCHEMA, partition_by=["day"], configuration=CONFIGURATION)

    def committing(self) -> AbstractContextManager[None]:
        return nullcontext()  # one link of a name wins: the file system sees to it

    @functools.cached_property
    def files(self) -> arrow_files.FileSystem:
        return arrow_files.SubTreeFileSystem(str(self.path), arrow_files.LocalFileSystem())

    def write(self, path: str, rows: pa.Table) -> int:
        whole = self.path / path
        whole.parent.mkdir(parents=True, exist_ok=True)
        with whole.open("wb") as file:
            pq.write_table(rows, file, **PACKING)
            file.flush()
            os.fsync(file.fileno())
        return whole.stat().st_size


@dataclass(frozen=True)
class Bucket(Place):
    """A place in an S3-compatible store. `commits`: how one winner a version is made sure of."""

    store: ObjectStore
    commits: Committing
    readers = STORE_READERS

    def __str__(self) -> str:
        return self.store.address

    def table(self) -> DeltaTable:
        return DeltaTable(self.store.url, storage_options=self._options)

    def create(self) -> DeltaTable:
        return DeltaTable.create(
            self.store.url,
            schema=SCHEMA,
            partition_by=["day"],
            configuration=CONFIGURATION,
            storage_options=self._options,
        )

    def committing(self) -> AbstractContextManager[None]:
        return self.commits(self.store)

    @functools.cached_property
    def files(self) -> arrow_files.FileSystem:
        parts = urlsplit(self.store.base)
        whole = arrow_files.S3FileSystem(
            access_key=self.store.access_key,
            secret_key=self.store.secret_key,
            region=self.store.region,
            scheme="http" if parts.scheme == "http" else "https",
            endpoint_override=parts.netloc,
            connect_timeout=CONNECT_S,
            request_timeout=REQUEST_S,
            retry_strategy=arrow_files.AwsStandardS3RetryStrategy(max_attempts=TRIES),
        )
        return arrow_files.SubTreeFileSystem(f"{self.store.bucket}/{self.store.prefix}", whole)

    def write(self, path: str, rows: pa.Table) -> int:
        packed = pa.BufferOutputStream()
        pq.write_table(rows, packed, **PACKING)
        content = packed.getvalue()
        with self.files.open_output_stream(path) as file:
            file.write(content)
        return content.size

    def fault(self, what: str, error: Exception) -> Unavailable:
        return Unavailable(f"history in {self} can't be {what}: {self.store.without_keys(str(error))}")

    @property
    def _options(self) -> dict[str, str]:
        return {
            "aws_endpoint_url": self.store.base,
            "aws_region": self.store.region,
            "aws_access_key_id": self.store.access_key,
            "aws_secret_access_key": self.store.secret_key,
            "aws_allow_http": "true" if self.store.base.startswith("http://") else "false",
            "aws_conditional_put": "etag",
            "connect_timeout": f"{CONNECT_S}s",
            "timeout": f"{REQUEST_S}s",
            "retry_timeout": f"{REQUEST_S}s",
            "max_retries": str(TRIES),
        }


def open_or_create(place: Place) -> DeltaTable:
    """Several processes may come first at once: whoever loses opens what the winner made. Unavailable where the place can't be
    reached.
    """
    try:
        try:
            return place.table()
        except TableNotFoundError:
            return _create(place)
    except FAULTS as error:
        raise place.fault("opened", error) from error


def _create(place: Place) -> DeltaTable:
    with place.committing():
        try:
            return place.create()
        except DeltaError:
            return place.table()
