"""What the simulated devices send is what the world reads, in its order, a message for each report of a device."""

import json

import pytest

from tocsin.base.errors import InvalidInput
from tocsin.simulation.city import City
from tocsin.simulation.scenario import QUIET
from tocsin.simulation.world import World
from tocsin.workshop.demo.memory import VERSION, Login, Memory, MemoryFile
from tocsin.workshop.demo.player import reports_between
from tocsin.workshop.demo.scenarios import STORY, load_scenario, shipped


def test_reports_hold_every_reading_once() -> None:
    world = World(City.build())
    begin, end = QUIET.begin_ms, QUIET.begin_ms + 900_000
    reports = reports_between(world, begin, end)
    readings = world.readings(begin, end)
    code = {index: device.code for device in world.city.devices for index in device.sensors}
    wanted = {
        (code[sensor], world.city.sensors.quantity[sensor], ts): value
        for sensor, ts, value in zip(readings.sensor.tolist(), readings.ts.tolist(), readings.value.tolist(), strict=True)
    }
    sent: dict[tuple[str, str, int], float] = {}
    for report in reports:
        message = json.loads(report.payload)
        assert message["ts"] == report.ts_ms
        sent |= {(report.device, channel, report.ts_ms): value for channel, value in message["values"].items()}
    assert sent == wanted
    assert [report.ts_ms for report in reports] == sorted(report.ts_ms for report in reports)
    assert len({(report.device, report.ts_ms) for report in reports}) == len(reports)


def test_memory_is_kept_whole_and_private(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = MemoryFile(tmp_path_factory.mktemp("demo"))
    assert file.read() is None
    memory = Memory(VERSION, 7, STORY, 5, (Login("viewer", "viewer", "p"),), {"device": "secret"})
    file.write(memory)
    assert file.read() == memory
    assert file.path.stat().st_mode & 0o777 == 0o600
    file.path.write_text("{}")
    with pytest.raises(InvalidInput, match="--fresh"):
        file.read()


def test_scenarios_are_found_by_name_or_path() -> None:
    assert STORY in shipped()
    assert load_scenario(STORY).incidents
    with pytest.raises(InvalidInput, match=STORY):
        load_scenario("nowhere")
