"""Siege and sudden deaths of `tocsin bench` in their smallest form: one town, every attack for a moment, one round of deaths."""

import dataclasses
from pathlib import Path

import pytest

from tests.databases import copy_into
from tocsin.base.errors import InvalidInput
from tocsin.workshop.bench.chaos.gateway import gateway
from tocsin.workshop.bench.chaos.rounds import Round, RoundFile
from tocsin.workshop.bench.chaos.run import play
from tocsin.workshop.bench.siege.attacks import ATTACKS
from tocsin.workshop.bench.siege.figures import faults
from tocsin.workshop.bench.siege.peace import Peace
from tocsin.workshop.bench.siege.run import Length, besiege
from tocsin.workshop.bench.siege.town import Place, demand_loopback, prepare_town, town_of

SHORT = Length(warm_s=0, peace_s=1.5, siege_s=2.5, share=0.01, one_attacker=True)
CALM = Peace(readings_per_s=100, alarms_per_s=4)
ROUNDS, SEED = 1, 5  # the seed kills door and worker


@pytest.mark.parametrize("host", ["10.0.0.1", "example.org", "0.0.0.0", "128.0.0.1", "::2"])  # noqa: S104 - refused
def test_an_attack_on_another_machine_is_refused(host: str) -> None:
    with pytest.raises(InvalidInput, match="loopback"):
        demand_loopback(host)
    with pytest.raises(InvalidInput):
        Place("", "", 1, 2, 3, {}, {}, (), {}, host=host)
    with pytest.raises(InvalidInput):
        Place("", f"postgresql://tocsin@[{host}]/x" if ":" in host else f"postgresql://tocsin@{host}/x", 1, 2, 3, {}, {}, (), {})


@pytest.mark.one_database
@pytest.mark.timeout(180)
def test_under_attack_and_sudden_deaths_nothing_is_lost(tmp_path: Path) -> None:
    copy_into(tmp_path / "prepared")
    with gateway() as messages:
        prepared = prepare_town(tmp_path / "prepared", "", steady=100, alarms=100, gateway=messages.url)
        with town_of(prepared, tmp_path / "town") as (town, place):
            phase, log = besiege(town, place, "together", ATTACKS, SHORT, CALM)
            assert faults([phase]) == []
            assert phase.before.alarms
            assert phase.during.alarms
            assert not phase.deaths
            assert phase.streams == 1, "the officer's screen stayed open"
            assert {name for name, told in phase.offenders.items() if not told or "failed" in told} == set()
            rounds = play(town, place, messages, rounds=ROUNDS, seed=SEED, rung=log.rung)
    assert [one.faults for one in rounds] == [()] * ROUNDS


def test_rounds_that_were_kept_are_gone_on_with(tmp_path: Path) -> None:
    file = RoundFile(str(tmp_path / "soak" / "rounds.ndjson"))
    assert file.read() == []
    one = Round(0, (("door", 0.5), ("clock", 1.25)), 1.5, 4.0, "history", (), seed=1, database="SQLite")
    file.add(one)
    file.add(dataclasses.replace(one, number=1, faults=("history: 1 reading is missing",)))
    assert [found.number for found in file.read()] == [0, 1]
    assert file.read()[0] == one
    assert RoundFile("").read() == []
    (tmp_path / "soak" / "rounds.ndjson").write_text('{"number": "first"}\n')
    with pytest.raises(InvalidInput):
        file.read()
