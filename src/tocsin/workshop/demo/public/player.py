"""The public of a demonstration from the days before its story to the end: settled at once, then played by the clock."""

import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from tocsin.base.time import Clock, datetime_from_ms
from tocsin.workshop.demo.memory import Login
from tocsin.workshop.demo.public.helpers import acts_of_helpers, settle_helpers
from tocsin.workshop.demo.public.leaks import acts_of_leaks
from tocsin.workshop.demo.public.people import settle_officers
from tocsin.workshop.demo.public.phones import Phones
from tocsin.workshop.demo.public.reports import acts_of_reports
from tocsin.workshop.demo.public.timeline import Act, play, standing_at
from tocsin.workshop.demo.public.told import Public, written
from tocsin.workshop.demo.public.warnings import acts_of_warnings, settle_subscribers
from tocsin.workshop.demo.public.weather import acts_of_weather, settle_weather_service
from tocsin.workshop.demo.tank_farm.hot_work import acts_of_hot_work
from tocsin.workshop.demo.tank_farm.ledger import acts_of_ledger
from tocsin.workshop.demo.tank_farm.place import has_story
from tocsin.workshop.demo.tank_farm.unloading import acts_of_unloading, has_camera

BEFORE = timedelta(days=45)  # since when these people are there
TICK_S = 0.5


@dataclass(frozen=True)
class Settled:
    """Who can sign in, and how many acts lie behind."""

    people: tuple[Login, ...]
    acts: int


@dataclass(frozen=True)
class Stage:
    """Where it is played: who reports, the data folder, and where the product is reached."""

    public: Public
    data: Path
    url: str


def new_salt() -> str:
    """What the reporters' secrets of one demonstration are made of."""
    return secrets.token_hex(16)


def settle_public(public: Public, data: Path, say: Callable[[str], None]) -> Settled:
    """The accounts, and everything that happened before the story's first moment, act after act; says what was refused."""
    region_code, since = public.cast.region_code, public.begin - BEFORE
    with standing_at(since):
        officers = settle_officers(region_code, data, since)
        settle_subscribers(region_code, since)
        settle_weather_service(region_code, data, since)
        helper = settle_helpers(since)
    count = play((one for one in _acts(public, public.begin) if one.at <= public.begin), say, aloud=False)
    return Settled((*officers, helper), count)


def claimable(public: Public) -> list[str]:
    """Of decided rewards that no phone has claimed yet: the report's number and its reporter's secret, so that whoever looks can
    claim by hand. Only a demonstration knows secrets of reporters.
    """
    from tocsin.mobilisation.hazard_reports.rules.secrets import told_in_groups
    from tocsin.mobilisation.rewards.models import Reward
    from tocsin.mobilisation.rewards.rules.states import RewardState

    told = {one.id: one for one in written()[0] if one.channel == "page"}
    found = Reward.objects.filter(state=RewardState.AGREED.value, report_id__in=list(told)).order_by("report__number")
    rows = found.values_list("report_id", "report__number")
    return [f"{number} {told_in_groups(public.secret(told[report_id].key))}" for report_id, number in rows]


class PublicPlayer:
    """Plays on from `from_ms`; `by_hand`: only what the public does, as its officers are played by whoever looks."""

    def __init__(
        self, stage: Stage, phones: Phones, clock: Clock, from_ms: int, say: Callable[[str], None], *, by_hand: bool
    ) -> None:
        self._stage, self._phones, self._clock, self._say = stage, phones, clock, say
        self._after, self._by_hand = datetime_from_ms(from_ms), by_hand

    def play(self, stopping: threading.Event) -> None:
        """Runs until it is stopped; the act that is being done is done whole."""
        _load_what_is_written_with()
        while not stopping.wait(TICK_S):
            self._look()
            self._phones.read()

    def do_what_is_due(self, now: datetime) -> int:
        """Acts whose moment has come since the last look; how many."""
        stage = self._stage
        acts = (*_acts(stage.public, now), *acts_of_weather(stage.data, stage.url, stage.public.begin))
        due = [one for one in acts if self._after < one.at <= now and not (self._by_hand and one.by_officer)]
        self._after = now
        return play(due, self._say)

    def _look(self) -> None:
        from django.db import close_old_connections

        try:
            self.do_what_is_due(self._clock.now())
        finally:
            close_old_connections()


def _acts(public: Public, until: datetime) -> Iterator[Act]:
    yield from acts_of_reports(public, until)
    yield from acts_of_helpers(public.cast.region_code, public.begin)
    yield from acts_of_warnings(public.cast.region_code, public.begin)
    yield from acts_of_leaks(public.begin)
    if has_story():
        yield from acts_of_ledger(public.begin)
        yield from acts_of_hot_work(public.begin)
        if has_camera():
            yield from acts_of_unloading(public.begin, until)


def _load_what_is_written_with() -> None:
    """Else the first warning of the story does it, within its transaction."""
    from tocsin.mobilisation.public_warnings.queries.warnings import shape_of_unit
    from tocsin.notices.face import load_contributions

    load_contributions()
    shape_of_unit("370000")
