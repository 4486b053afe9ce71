"""A case folder (network, sensors, readings, question): written from a simulated case, or read into what the engine's diagnosis
takes, refused with the reason.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.model import Diagnosis, SensorColumns
from tocsin.engine.network import Network
from tocsin.engine.watch.model import EarlySign

if TYPE_CHECKING:
    from tocsin.simulation.cases import SimulatedCase

FILES = ("network.geojson", "sensors.csv", "readings.parquet", "question.json")
MOST_BYTES = 500_000_000  # of a network around a case
_NUMBERS = ("interval_s", "accuracy", "alarm_low", "alarm_high", "lon", "lat")


@dataclass(frozen=True)
class Case:
    """One case. `names` are the sensors' ids by position, which is also their index in `readings`; `asked` is such an
    index.
    """

    name: str
    network: Network
    sensors: SensorColumns
    readings: Readings
    names: tuple[str, ...]
    asked: int
    ts_ms: int


def is_case(folder: Path) -> bool:
    """True for a folder that holds a question."""
    return (folder / "question.json").is_file()


def read_case(folder: Path) -> Case:
    """The case of a folder; InvalidInput names the file and what is wrong with it."""
    for file in FILES:
        if not (folder / file).is_file():
            raise InvalidInput(f"{folder}: {file} is missing")
    network = Network.from_features(_features(folder / "network.geojson"))
    names, sensors = _read_sensors(folder / "sensors.csv", network)
    question = _read_json(folder / "question.json")
    asked, ts_ms = question.get("sensor_id"), question.get("ts")
    if asked not in names:
        raise InvalidInput(f"{folder / 'question.json'}: sensor_id {asked!r} is not in sensors.csv")
    if not isinstance(ts_ms, int):
        raise InvalidInput(f"{folder / 'question.json'}: ts must be Unix milliseconds, not {ts_ms!r}")
    readings = _read_readings(folder / "readings.parquet", names)
    return Case(folder.name, network, sensors, readings, names, names.index(asked), ts_ms)


def write_case(folder: Path, case: "SimulatedCase") -> None:
    """Writes all files of a case, the truth among them; the folder is made, files in it are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_json(folder / "network.geojson", {"type": "FeatureCollection", "features": list(case.features)})
    pl.DataFrame(case.sensors).write_csv(folder / "sensors.csv")
    names = pl.Series(case.names, dtype=pl.String)
    pl.DataFrame(
        {"sensor_id": names.gather(case.readings.sensor), "ts": case.readings.ts, "value": case.readings.value}
    ).write_parquet(folder / "readings.parquet", compression="zstd")
    _write_json(folder / "question.json", case.question)
    _write_json(folder / "truth.json", case.truth)


def _write_json(file: Path, data: dict[str, object]) -> None:
    file.write_text(json.dumps(data, ensure_ascii=False) + "\n", encoding="utf-8")


def answer(diagnosis: Diagnosis, signs: Iterable[EarlySign] = ()) -> dict[str, object]:
    """The answer of a case: causes best first, what is unknown left out, so that the probabilities sum to less than 1; alerts in
    the order of their time.
    """
    causes = [
        {
            "cause": hypothesis.cause,
            "asset_id": hypothesis.asset_code if _placed(hypothesis.lon) else None,
            "lon": round(hypothesis.lon, 6) if _placed(hypothesis.lon) else None,
            "lat": round(hypothesis.lat, 6) if _placed(hypothesis.lat) else None,
            "probability": round(hypothesis.probability, 5),
        }
        for hypothesis in diagnosis.hypotheses
        if hypothesis.cause != "unknown"
    ]
    alerts = [
        {
            "ts": sign.ts_ms,
            "asset_id": sign.hypothesis.asset_code if _placed(sign.hypothesis.lon) else None,
            "lon": round(sign.hypothesis.lon, 6) if _placed(sign.hypothesis.lon) else None,
            "lat": round(sign.hypothesis.lat, 6) if _placed(sign.hypothesis.lat) else None,
            "cause": sign.hypothesis.cause,
        }
        for sign in signs
    ]
    return {"causes": causes, "alerts": alerts}


def _placed(degrees: float) -> bool:
    return bool(np.isfinite(degrees))


def _features(file: Path) -> list[dict[str, object]]:
    features = _read_json(file).get("features")
    if not isinstance(features, list):
        raise InvalidInput(f"{file}: no list of features; a GeoJSON FeatureCollection is expected")
    return features


def _read_json(file: Path) -> dict[str, object]:
    try:
        data = read_json(file.read_bytes(), most_bytes=MOST_BYTES)
    except InvalidInput as error:
        raise InvalidInput(f"{file}: {error}") from None
    if not isinstance(data, dict):
        raise InvalidInput(f"{file}: a JSON object is expected")
    return data


def _read_sensors(file: Path, network: Network) -> tuple[tuple[str, ...], SensorColumns]:
    try:
        table = pl.read_csv(file, infer_schema=False)
        numbers = {name: table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy() for name in _NUMBERS}
        names = tuple(table["sensor_id"].to_list())
        sensors = SensorColumns.build(
            network,
            index=np.arange(len(names), dtype=np.int32),
            asset_code=table["asset_id"].to_list(),
            quantity=table["quantity"].to_list(),
            interval_s=numbers["interval_s"],
            accuracy=numbers["accuracy"],
            alarm_low=numbers["alarm_low"],
            alarm_high=numbers["alarm_high"],
            lon=numbers["lon"],
            lat=numbers["lat"],
        )
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InvalidInput(f"{file}: {str(error).splitlines()[0]}") from None
    if len(set(names)) < len(names):
        raise InvalidInput(f"{file}: a sensor_id occurs twice")
    return names, sensors


def _read_readings(file: Path, names: tuple[str, ...]) -> Readings:
    """Readings of known sensors; others are left out."""
    try:
        table = pl.read_parquet(file, columns=["sensor_id", "ts", "value"])
        index = (
            table["sensor_id"]
            .cast(pl.String)
            .replace_strict({name: position for position, name in enumerate(names)}, default=-1, return_dtype=pl.Int32)
        )
        table = table.select(index.alias("sensor"), pl.col("ts").cast(pl.Int64), pl.col("value").cast(pl.Float64))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InvalidInput(f"{file}: {str(error).splitlines()[0]}") from None
    table = table.filter((pl.col("sensor") >= 0) & pl.col("ts").is_not_null()).with_columns(
        pl.col("value").fill_null(float("nan"))
    )
    return Readings.of(table["sensor"].to_numpy(), table["ts"].to_numpy(), table["value"].to_numpy())
