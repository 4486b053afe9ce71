"""Rows that come page by page, gathered on disk and written as one file that a delivery can be: CSV, or GeoJSON with shapes."""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tocsin.federation.services.downloads import too_large


class RowsFile:
    """Gathers rows and writes `path` at the end; as many bytes as are allowed, at most.

    A row is kept as one line of JSON meanwhile: which columns there are, and whether any row has a shape, is known at the end.
    `system`: the system of coordinates of the shapes, empty for degrees.
    """

    def __init__(self, path: Path, most_bytes: int) -> None:
        self.count, self.system = 0, ""
        self._path, self._most, self._written = path, most_bytes, 0
        self._gathered = path.with_name(f"{path.name}.rows")
        self._file = self._gathered.open("w", encoding="utf-8")
        self._headings: dict[str, None] = {}
        self._shaped = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()
        try:
            if error is None:
                (self._write_features if self._shaped or not self.count else self._write_table)()
        finally:
            self._gathered.unlink(missing_ok=True)

    def add(self, properties: Mapping[str, Any], geometry: Mapping[str, Any] | None = None) -> None:
        """One row; Unreadable where all of them are too much."""
        line = json.dumps([properties, geometry], ensure_ascii=False, default=str)
        self._written += len(line.encode("utf-8", "replace"))
        if self._written > self._most:
            raise too_large(self._most)
        self._file.write(line + "\n")
        self._headings.update(dict.fromkeys(properties))
        self._shaped = self._shaped or geometry is not None
        self.count += 1

    def _rows(self) -> Iterator[list[Any]]:
        with self._gathered.open(encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)  # our own lines

    def _write_features(self) -> None:
        with self._path.open("w", encoding="utf-8") as file:
            system = {"type": "name", "properties": {"name": self.system}}
            told = f' "crs": {json.dumps(system, ensure_ascii=False)},' if self.system else ""
            file.write(f'{{"type": "FeatureCollection",{told} "features": [')
            for position, (properties, geometry) in enumerate(self._rows()):
                feature = {"type": "Feature", "properties": _flat(properties), "geometry": geometry}
                file.write((",\n" if position else "\n") + json.dumps(feature, ensure_ascii=False))
            file.write("]}")

    def _write_table(self) -> None:
        with self._path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(self._headings)
            for properties, _geometry in self._rows():
                flat = _flat(properties)
                table.writerow([flat.get(heading, "") for heading in self._headings])


def _flat(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Values as a cell holds them: what is nested is written as JSON."""
    return {name: _cell(value) for name, value in properties.items()}


def _cell(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value
