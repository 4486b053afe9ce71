"""The watch in service: every ten minutes of readings a look at all sensors of a region, between them at what moves fast, and
early signs kept.

It holds nothing that must survive: after a start it reads the history, goes again through the last hours as if they came now,
and raises what it finds; a sign that is already kept, or stands near by for the same cause, is not raised again.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.base.time import Clock, datetime_from_ms, ms_from_datetime
from tocsin.bus.connection import Connection
from tocsin.bus.envelope import decode_readings
from tocsin.bus.streams import READINGS
from tocsin.bus.threads import own_thread
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network
from tocsin.engine.watch.budget import with_shift
from tocsin.engine.watch.gathering import Gathering, Spot
from tocsin.engine.watch.model import EarlySign, WatchFigures
from tocsin.engine.watch.watch import Watch
from tocsin.lifelines import face as lifelines
from tocsin.sensing import face as sensing
from tocsin.sensing.face import History, SensorTable, place_of
from tocsin.warning.causes.policy.causes import CAUSES
from tocsin.warning.detection.policy import DETECTION
from tocsin.warning.detection.queries.registry import Registry, registry_of
from tocsin.warning.detection.services.layout import history_reaches
from tocsin.warning.diagnosis.queries.rankings import hypothesis_as_json
from tocsin.warning.diagnosis.queries.template_sets import templates_in_force
from tocsin.warning.diagnosis.rules import KeptEvidence
from tocsin.warning.early_signs import queries
from tocsin.warning.early_signs.policy import WATCH
from tocsin.warning.early_signs.services import signs as services
from tocsin.warning.early_signs.services.signs import NewSign, early_sign_id

log = logging.getLogger(__name__)

ROUND_MS = 600_000
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
REGISTRY_S = 30.0
IDLE_S = 1.0


class RegionWatch:
    """One region: its network, the newest readings of its sensors, what stirs and what stands."""

    def __init__(self, region_code: str, network: Network, sensors: SensorColumns, figures: WatchFigures, from_ms: int) -> None:
        self._region = region_code
        self._network = network
        self._figures = figures
        self._watch = Watch(network, sensors, templates_in_force(region_code), figures)
        self._gathering = Gathering(figures)
        self._every_ms = ROUND_MS // figures.looks
        self.grid = Grid.rolling(sensors, from_ms=from_ms)
        self._step_ms = 0

    def begin(self, at_ms: int) -> None:
        """Looks from the ten minutes after `at_ms` on; what was told by then is not told again."""
        self._step_ms = at_ms - at_ms % ROUND_MS
        since = datetime_from_ms(at_ms) - timedelta(hours=self._figures.gather_h)
        for row in queries.early_signs_told(self._region, since):
            x_m, y_m = self._network.plane.to_metres(np.array([row.lon]), np.array([row.lat]))
            spot = Spot(
                row.sensor.index,
                row.cause,
                ms_from_datetime(row.raised_at),
                float(x_m[0]),
                float(y_m[0]),
                ms_from_datetime(row.confirmed_at),
                row.probability,
                frozenset(one["sensor"] for one in row.hypothesis["evidence"] if self._speaks(one)),
            )
            self._gathering.standing.append(spot)

    def _speaks(self, evidence: KeptEvidence) -> bool:
        weighs = evidence["weight"] >= self._figures.witness_weight
        return weighs and evidence["sensor"] is not None and evidence["code"].endswith(".present")

    def look(self, now_ms: int) -> int:
        """Goes through all looks whose time is over and has had time to arrive; how many signs were raised."""
        raised = 0
        newest_ms = min(self.grid.newest_ms, now_ms) - round(self._figures.patience_s * 1000)
        while self._step_ms + self._every_ms <= newest_ms:
            self._step_ms += self._every_ms
            raised += self._look_at(self._step_ms)
        return raised

    def _look_at(self, at_ms: int) -> int:
        before = self._standing()
        self._gathering.figures = with_shift(self._figures, queries.shift_of(self._region))
        signs = self._gathering.take(self._watch.look(self.grid, at_ms, at_ms))
        standing = self._standing()
        replaced = [identity for identity in before if identity not in standing] if signs else []
        services.keep_early_signs(
            region_code=self._region,
            raised=[self._new_sign(sign) for sign in signs],
            standing=list(standing.items()),
            replaced=replaced,
        )
        for sign in signs:
            told = sign.hypothesis
            log.info("early sign: %s at %s, %.0f %%", told.cause, told.asset_code or "no asset", 100 * sign.share)
        return len(signs)

    def _standing(self) -> dict[UUID, int]:
        spots = self._gathering.standing
        return {early_sign_id(self._region, one.sensor, one.cause, one.told_ms): one.last_ms for one in spots}

    def _new_sign(self, sign: EarlySign) -> NewSign:
        hypothesis = hypothesis_as_json(self._network, sign.hypothesis)
        limit_ms = None
        if sign.limit_in_h <= self._figures.gather_h:
            limit_ms = sign.ts_ms + round(sign.limit_in_h * HOUR_MS)
        return NewSign(self._region, sign.sensor, hypothesis, sign.share, sign.ts_ms, limit_ms)


class WatchLoop:
    """The watch over all regions: log → rolling grids → early signs."""

    def __init__(self, connection: Connection, *, folder: Path, clock: Clock) -> None:
        self._connection = connection
        self._folder = folder
        self._clock = clock
        self._history = History(place_of(folder))
        self._regions: list[RegionWatch] = []
        self._codes: list[str] = []
        self._version: tuple[object, ...] = ()

    async def run(self, stop: asyncio.Event) -> None:
        """Watches until `stop` is set; begins anew when sensors, networks or causes have changed."""
        async with own_thread("watch") as run:
            while not stop.is_set():
                start = await run(self._begin)
                first, last = await self._connection.sequences(READINGS)
                entries: asyncio.Queue[Sequence[tuple[int, bytes]]] = asyncio.Queue(16)
                reading = asyncio.create_task(self._read(max(first, min(start, last + 1)), entries))
                try:
                    while not stop.is_set() and not await run(self._has_changed):
                        if reading.done():
                            reading.result()
                        await self._follow(run, entries, stop)
                finally:
                    reading.cancel()
                    await asyncio.gather(reading, return_exceptions=True)

    async def _follow(self, run: Any, entries: asyncio.Queue[Sequence[tuple[int, bytes]]], stop: asyncio.Event) -> None:
        """Takes readings and looks, until it is time to see whether the registry has changed."""
        loop = asyncio.get_running_loop()
        until = loop.time() + REGISTRY_S
        while loop.time() < until and not stop.is_set():
            try:
                some = await asyncio.wait_for(entries.get(), IDLE_S)
            except TimeoutError:
                continue
            await run(self.take, some)

    async def _read(self, start: int, entries: asyncio.Queue[Sequence[tuple[int, bytes]]]) -> None:
        async for some in self._connection.read_log(READINGS, start):
            await entries.put(some)

    def take(self, entries: Sequence[tuple[int, bytes]]) -> None:
        """Adds the readings of some messages of the log, and looks at what has become over by them."""
        batches = []
        for sequence, payload in entries:
            try:
                batches.append(decode_readings(payload))
            except InvalidInput as error:
                log.error("message %d of the log is skipped: %s", sequence, error)
        readings = Readings.concatenate(batches)
        for region in self._regions:
            region.grid.append(readings)
            region.look(self._clock.now_ms())

    def _begin(self) -> int:
        """Grids as the history knows them, the last hours gone through again; the first sequence of the log to read."""
        figures = WATCH.current()
        table = sensing.sensor_table()
        self._codes = sorted({code for code in table.region_code if code})
        self._version = _versions(self._codes)
        position = history_reaches(self._folder, self._history.version_of)
        now_ms = self._clock.now_ms()
        from_ms = now_ms - round((figures.habit_h + figures.settle_h) * HOUR_MS)
        registry = registry_of(table)
        self._regions = [
            RegionWatch(code, lifelines.network(code), columns, figures, from_ms) for code, columns in _columns(table, registry)
        ]
        indexes = table.index[table.enabled]
        for day_ms in range(from_ms, now_ms + 1, DAY_MS):
            readings = self._history.read(indexes, day_ms, min(day_ms + DAY_MS, now_ms + 1))
            for region in self._regions:
                region.grid.append(readings)
        for region in self._regions:
            region.begin(now_ms - round(figures.again_h * HOUR_MS))
            region.look(now_ms)
        log.info("the watch begins behind %d with %d sensors in %d regions", position, len(indexes), len(self._regions))
        return position + 1

    def _has_changed(self) -> bool:
        return _versions(self._codes) != self._version


def _versions(regions: Sequence[str]) -> tuple[object, ...]:
    """What changes when sensors, networks or the policy in force do."""
    policies = [file.in_force(region=code).versions for code in ("", *regions) for file in (CAUSES, DETECTION)]
    return (sensing.registry_version(), *(lifelines.version_of(code) for code in regions), *policies, WATCH.in_force().versions)


def _columns(table: SensorTable, registry: Registry) -> list[tuple[str, SensorColumns]]:
    """The enabled sensors of each region that has a network; a sensor without limits of its own has those of its profile."""
    high, low = table.alarm_high.copy(), table.alarm_low.copy()
    for place, index in enumerate(table.index.tolist()):
        number = int(registry.profile_of_sensor[index])
        if number < 0:
            continue
        profile = registry.profiles[number]
        if np.isnan(high[place]) and np.isnan(low[place]):
            high[place] = profile.high[0].limit if profile.high else np.nan
            low[place] = profile.low[0].limit if profile.low else np.nan
    found = []
    regions = np.array(table.region_code)
    for code in sorted(set(table.region_code)):
        chosen = np.flatnonzero((regions == code) & table.enabled)
        network = lifelines.network(code)
        if not len(chosen) or not len(network):
            continue
        columns = SensorColumns.build(
            network,
            index=table.index[chosen],
            asset_code=[table.asset_code[place] for place in chosen],
            quantity=[table.quantity[place] for place in chosen],
            interval_s=table.interval_s[chosen],
            accuracy=table.accuracy[chosen],
            alarm_low=low[chosen],
            alarm_high=high[chosen],
            lon=table.lon[chosen],
            lat=table.lat[chosen],
        )
        found.append((code, columns))
    return found
