"""The public of the demonstration: its days before, and the first hours by the clock, through the services that people use."""

import re
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.test import Client
from urllib3 import PoolManager

from tests.people import LICANG
from tocsin.base.time import Clock, ms_from_datetime
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.incoming_warnings.models import IncomingWarning
from tocsin.mobilisation.public_warnings.models import PublicWarning, WarningDelivery
from tocsin.mobilisation.public_warnings.services import signer
from tocsin.mobilisation.public_warnings.services.delivering import mark_read
from tocsin.mobilisation.public_warnings.services.queueing import queue_deliveries
from tocsin.mobilisation.rewards.models import Reward
from tocsin.mobilisation.volunteers.models import Call, Volunteer
from tocsin.simulation.city import City
from tocsin.supervision.objects.rules.register import NewObject, ObjectKind
from tocsin.supervision.objects.services.register import register_object
from tocsin.workshop.demo.firms.cast import Cast, credit_code
from tocsin.workshop.demo.passwords import random_passwords_as_they_are
from tocsin.workshop.demo.public.phones import Phones
from tocsin.workshop.demo.public.player import PublicPlayer, Stage, claimable, settle_public
from tocsin.workshop.demo.public.timeline import standing_at
from tocsin.workshop.demo.public.told import Public, Told, written
from tocsin.workshop.demo.public.warnings import SILENT, TOWNS, number_of
from tocsin.workshop.demo.public.weather import acts_of_weather
from tocsin.workshop.demo.scenarios import load_scenario
from tocsin.workshop.demo.town import settle_people

pytestmark = pytest.mark.django_db


def short_key() -> bytes:
    """A key for warnings that is made at once."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def settle_firms_told_of() -> None:
    """The firms whose signs the reports name, of the register alone."""
    for firm in sorted({one.firm for one in written()[0] if one.firm}):
        new = NewObject(
            kind=ObjectKind.ENTERPRISE,
            name=firm,
            trade="foundry",
            region_code=LICANG,
            credit_code=credit_code(firm),
            address="李沧区演示路3号",
            lon=120.42,
            lat=36.16,
        )
        register_object(actor=system_actor(), new=new)


def pushed_by(client: Client) -> Any:
    """What goes out over HTTP comes in by the test client: the real door, with the real token."""

    def request(_self: object, method: str, url: str, *, body: bytes, headers: dict[str, str], timeout: float) -> Any:
        sent = re.search(rb"<sent>([^<]+)", body)
        assert sent is not None
        with standing_at(datetime.fromisoformat(sent[1].decode())):
            answer = client.generic(method, url.removeprefix("http://door"), body, headers["Content-Type"], headers=headers)
        return SimpleNamespace(status=answer.status_code, data=answer.content)

    return request


def one_of_each_course() -> tuple[tuple[Told, ...], tuple[Told, ...]]:
    """The first report of each course: the others take the same way."""
    before, later = written()
    first = {one.course: one for one in reversed(before)}
    return tuple(one for one in before if one in first.values()), later


def test_it_reports_is_warned_and_helps(tmp_path: Path, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.workshop.demo.public.reports.written", one_of_each_course)
    monkeypatch.setattr(signer, "_new_key", short_key)  # a key of RSA takes seconds
    begin_ms = load_scenario("shiniushan-road").begin_ms
    public, said = Public(Cast(begin_ms, LICANG), "salt"), list[str]()
    with random_passwords_as_they_are():
        settle_people(City.build())
        settle_firms_told_of()
        settled = settle_public(public, tmp_path, said.append)
    assert said == []  # nothing was refused
    assert {one.username for one in settled.people} >= {"reports", "reports2", "cashier", "keeper_a", "keeper_b", "helper"}
    assert (tmp_path / "identity-keys" / "keeper_a.key").stat().st_mode & 0o077 == 0
    states = Counter(HazardReport.objects.values_list("state", flat=True))
    assert {"received", "accepted", "assigned", "true", "handled", "malicious", "refused", "transferred", "closed"} <= set(states)
    assert set(Reward.objects.values_list("state", flat=True)) == {"draft", "proposed", "agreed", "paid"}
    assert Reward.objects.get(state="paid").amount_yuan == 36_000  # half of the fine, and a fifth more for an insider
    assert set(Volunteer.objects.values_list("standing", flat=True)) == {"confirmed", "applied", "refused"}
    assert Call.objects.filter(served_min__gt=0).count() == 2

    player = PublicPlayer(
        Stage(public, tmp_path, "http://door"), Phones(tmp_path), Clock(begin_ms), begin_ms, said.append, by_hand=False
    )
    player.do_what_is_due(public.begin + timedelta(minutes=82))
    assert [one for one in said if "left out" in one] == []
    came = HazardReport.objects.filter(received_at__gt=public.begin)
    assert sorted(came.values_list("danger", flat=True)) == [False, True]
    assert [one for one in said if "danger to life" in one]
    (line,) = claimable(public)
    number, secret = line.split()
    asked = {"number": number, "secret": secret}
    told = client.post("/hazard/rewards", asked, content_type="application/json").json()["rewards"]
    assert [one["state"] for one in told] == ["agreed"], "whoever looks can claim it by hand"
    queue_deliveries(now=datetime.fromtimestamp(begin_ms / 1000, tz=public.begin.tzinfo))
    told = Counter(WarningDelivery.objects.values_list("town_code", flat=True))
    assert set(told) == set(TOWNS)
    assert PublicWarning.objects.get(exercise=True).state == "issued"
    assert set(Call.objects.filter(need__ended_at=None).values_list("state", flat=True)) >= {"there", "on_way", "declined"}
    (alert,) = [
        one for one in acts_of_weather(tmp_path, "http://door", public.begin) if one.at < public.begin + timedelta(hours=2)
    ]
    monkeypatch.setattr(PoolManager, "request", pushed_by(client))
    alert.do(alert.at)
    rain = IncomingWarning.objects.get()
    assert (rain.kind, rain.level, rain.state) == ("rain", "yellow", "in_force")
    assert not mark_read(warning_id=PublicWarning.objects.get(exercise=True).pk, mark="x", now=public.begin)


def test_by_hand_nobody_plays_the_officers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played = list[str]()
    monkeypatch.setattr("tocsin.workshop.demo.public.player.play", lambda acts, _say: played.extend(one.tells for one in acts))
    begin_ms = load_scenario("shiniushan-road").begin_ms
    public = Public(Cast(begin_ms, LICANG), "salt")
    player = PublicPlayer(
        Stage(public, tmp_path, "http://door"), Phones(tmp_path), Clock(begin_ms), begin_ms, played.append, by_hand=True
    )
    player.do_what_is_due(public.begin + timedelta(hours=3))
    assert any(one.startswith("somebody reports later-1") for one in played)
    assert not any("officer" in one or "leader" in one or "desk" in one for one in played)
    assert ms_from_datetime(public.begin) == begin_ms


def test_the_silent_town_reads_less_than_a_third(tmp_path: Path) -> None:
    phones = Phones(tmp_path)
    for town in TOWNS:
        for number in range(1, 15):
            phones.take(number_of(town, number).replace("-", ""), f"{town}/{number}")  # as the product keeps numbers
    read = Counter(link.split("/")[0] for _at, link in phones._waiting)
    assert read[SILENT] / 14 < 0.3 < min(read[town] for town in TOWNS if town != SILENT) / 14
