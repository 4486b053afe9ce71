"""The table of a resource in Delta Lake: each delivery that lands is one version, and every version stays readable."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import CommitProperties, DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import TableNotFoundError

from tocsin.atlas.resources.queries.rows import table_folder

FOR_EVER = "interval 36500 days"
CONFIGURATION: dict[str, str | None] = {"delta.logRetentionDuration": FOR_EVER, "delta.deletedFileRetentionDuration": FOR_EVER}
FILES = WriterProperties(compression="ZSTD", compression_level=3, max_row_group_size=10_000)
ONE_FILE = 2**40
DELIVERY = "delivery"  # what a commit says of itself


def write_version(resource_id: UUID, delivery_id: UUID, rows: Path) -> int:
    """Writes the rows as the newest version of the table, whole or not at all; its number. The same delivery twice is one version
    where nothing came between.
    """
    folder = table_folder(resource_id)
    folder.mkdir(parents=True, exist_ok=True)
    known = _version_of(folder, delivery_id)
    if known is not None:
        return known
    with pq.ParquetFile(rows) as file:
        reader = pa.RecordBatchReader.from_batches(file.schema_arrow, _batches(file))
        write_deltalake(
            str(folder),
            reader,
            mode="overwrite",
            schema_mode="overwrite",
            configuration=CONFIGURATION,
            writer_properties=FILES,
            target_file_size=ONE_FILE,
            commit_properties=CommitProperties(custom_metadata={DELIVERY: str(delivery_id)}),
        )
    written = _version_of(folder, delivery_id)
    if written is None:
        raise RuntimeError(f"the table of {resource_id} does not know delivery {delivery_id}")
    return written


def _version_of(folder: Path, delivery_id: UUID) -> int | None:
    """The version that this delivery has written, among the newest."""
    try:
        table = DeltaTable(str(folder))
    except TableNotFoundError:
        return None
    for commit in table.history(20):
        if commit.get(DELIVERY) == str(delivery_id):
            return int(commit["version"])
    return None


def _batches(file: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    yield from file.iter_batches(batch_size=10_000)
