"""One shard's part of a batch of a stream: what was written between two positions of the log, judged in its order."""

from pathlib import Path

import numpy as np
import pyarrow.dataset as ds

from tocsin.engine.columns import Readings
from tocsin.engine.detection.detections import Detections
from tocsin.sensing.history.queries.layout import READ_COLUMNS
from tocsin.workshop.spark.shards import Rules, Shard, open_table
from tocsin.workshop.spark.state import keep, restore

GRACE_MS = 2000  # readings may be this long behind the newest one before time alone decides


def judge_growth(folder: Path, states: Path, rules: Rules, batch: int, order: dict[str, int]) -> Detections:
    """One shard's part of a batch, in the order of the log."""
    shard = Shard(order["number"], order["low"], order["end"])
    detector = shard.detector(rules)
    restore(states, shard.number, batch, detector)
    found = [detector.update(shard.here(_grown(folder, shard, order["after"], order["upto"])))]
    found.append(detector.tick(order["newest_ms"] - GRACE_MS))
    keep(states, shard.number, batch, detector)
    return shard.told(Detections.concatenate(found))


def _grown(folder: Path, shard: Shard, after: int, upto: int) -> Readings:
    """Readings of the shard that were written behind one position up to another one, each as often as the table has it."""
    predicate = f"position > {after} AND position <= {upto} AND sensor >= {shard.low} AND sensor < {shard.end}"
    dataset = open_table(folder).to_pyarrow_dataset(file_pruning_predicate=predicate)
    which = (ds.field("position") > after) & (ds.field("position") <= upto)
    which &= (ds.field("sensor") >= shard.low) & (ds.field("sensor") < shard.end)
    rows = dataset.to_table(columns=READ_COLUMNS, filter=which)
    sensor, ts, value, quality, position = (rows.column(name).to_numpy() for name in READ_COLUMNS)
    order = np.lexsort((sensor, ts, position))
    return Readings.of(sensor[order], ts[order], value[order], quality[order])
