"""Of many files and row groups those are read that can hold a sensor that is asked for, and all that was asked for comes."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.sensing.history.queries.layout import NO_PARTITION, READ_COLUMNS
from tocsin.sensing.history.queries.places import Folder
from tocsin.sensing.history.queries.scan import row_groups_with, scan

PER_GROUP = 4


def rows_of(sensors: list[int]) -> pa.Table:
    """A row each, in this order; the time is the place in the list."""
    count = len(sensors)
    columns = [sensors, range(count), np.arange(count) / 2, np.zeros(count, np.int8), np.ones(count, np.int64)]
    return pa.Table.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, NO_PARTITION, strict=True)], schema=NO_PARTITION
    )


@pytest.mark.parametrize(
    ("asked", "groups"),
    [
        ([0], [0]),
        ([7], [1]),
        ([2, 13], [0, 3]),  # those between are left out, however near they are
        ([3, 4, 15], [0, 1, 3]),
        ([16], []),
        (list(range(16)), [0, 1, 2, 3]),
    ],
)
def test_only_row_groups_with_an_asked_sensor_are_read(asked: list[int], groups: list[int], tmp_path: Path) -> None:
    pq.write_table(rows_of(list(range(16))), tmp_path / "one.parquet", row_group_size=PER_GROUP)
    metadata = pq.ParquetFile(tmp_path / "one.parquet").metadata
    assert metadata.num_row_groups == 4
    assert row_groups_with(metadata, np.array(asked, np.int32)) == groups


@settings(max_examples=60, deadline=None)
@given(
    files=st.lists(st.tuples(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.booleans()), min_size=1, max_size=4),
    asked=st.sets(st.integers(0, 45), min_size=1, max_size=5),
    span=st.tuples(st.integers(0, 30), st.integers(0, 30)),
)
def test_what_is_read_are_all_asked_rows(
    files: list[tuple[list[int], bool]], asked: set[int], span: tuple[int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whether files are by sensor, as ours are, or not."""
    folder = tmp_path_factory.mktemp("history")
    tables = [rows_of(sorted(sensors) if is_sorted else sensors) for sensors, is_sorted in files]
    for number, rows in enumerate(tables):
        pq.write_table(rows, folder / f"{number}.parquet", row_group_size=PER_GROUP)
    sensors = np.array(sorted(asked), np.int32)
    found = scan(Folder(folder), [f"{number}.parquet" for number in range(len(tables))], sensors, span[0], sum(span))
    wanted = [
        row
        for rows in tables
        for row in rows.select(READ_COLUMNS).to_pylist()
        if row["sensor"] in asked and span[0] <= row["ts"] < sum(span)
    ]
    assert found.to_pylist() == wanted
