"""The process that reads the files of the ground: little memory, little time; it judges every row and writes the features.

    python -I -m tocsin.atlas.layers.services.ground_child < ORDER > ANSWER

ORDER and ANSWER are JSON (`GroundOrder`, `GroundAnswer`). As where deliveries of resources are read (`atlas/resources/services`),
this process falls and nobody else if GDAL or a file wants more than is allowed.
"""

import os
import sys
from collections import Counter
from pathlib import Path

import msgspec

from tocsin.atlas.layers.rules.ground_tables import FaultCode, GroundFault, GroundWords, TableReader
from tocsin.atlas.resources.services.child import NICE, limit
from tocsin.base.datums import Datum
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput

MOST_ORDER = 10_000_000


class GroundOrder(msgspec.Struct, frozen=True):
    """What is to be read: names and paths of the files; `rows`: where the features go; the words are those of `GroundWords`."""

    files: tuple[tuple[str, str], ...]
    rows: str
    datum: Datum
    parts: dict[str, tuple[str, ...]]
    kinds: dict[str, dict[str, tuple[str, ...]]]
    columns: dict[str, tuple[str, ...]]
    most_features: int
    faults_told: int
    memory_bytes: int
    cpu_s: int


class GroundAnswer(msgspec.Struct, frozen=True):
    """What was read: features by part, or what can't be read; `fault_count` counts those that are not told, too."""

    parts: dict[str, int] = {}
    faults: tuple[GroundFault, ...] = ()
    fault_count: int = 0


def read(order: GroundOrder) -> GroundAnswer:
    """Reads all files; the features are written only where every row could be read."""
    from tocsin.atlas.layers.services.ground_rows import rows_of

    reader = TableReader(GroundWords(order.parts, order.kinds, order.columns), order.datum)
    refused = [refusal for name, path in order.files if (refusal := _read_file(reader, name, Path(path)))]
    faults = refused + reader.faults
    if not faults and len(reader.features) > order.most_features:
        figures: dict[str, str | int] = {"count": len(reader.features), "most": order.most_features}
        faults.append(GroundFault("", "", 0, FaultCode.TOO_MANY, figures))
    if faults:
        return GroundAnswer(faults=tuple(faults[: order.faults_told]), fault_count=len(faults))
    rows_of(reader.features).write_parquet(order.rows)
    return GroundAnswer(parts=dict(Counter(one.part for one in reader.features)))


def _read_file(reader: TableReader, name: str, path: Path) -> GroundFault | None:
    """Every layer of one file; the refusal where it can't be opened at all."""
    from tocsin.engine.deliveries.files import read_delivery
    from tocsin.engine.deliveries.vector_files import is_vector_file, layers_of, read_layer

    content = path.read_bytes()
    try:
        if is_vector_file(content):
            layers = layers_of(content)
            for layer in layers:
                delivery = read_layer(content, layer)
                told = layer if len(layers) > 1 or layer != "file" else ""  # a Shapefile is "file" here, whatever its name was
                reader.read(name, told, delivery.cells.to_dict(as_series=False), delivery.shapes)
        else:
            delivery = read_delivery(content)
            reader.read(name, "", delivery.cells.to_dict(as_series=False), delivery.shapes)
    except InvalidInput as refusal:
        figures: dict[str, str | int] = {"template": str(refusal.args[0])}
        figures |= {key: value if isinstance(value, int) else str(value) for key, value in refusal.named.items()}
        return GroundFault(name, "", 0, FaultCode.REFUSED, figures)
    return None


def main() -> int:
    """The child."""
    os.nice(NICE)
    order = decode_json(sys.stdin.buffer.read(), GroundOrder, most_bytes=MOST_ORDER)
    limit(order.memory_bytes, order.cpu_s)
    sys.stdout.buffer.write(msgspec.json.encode(read(order)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
