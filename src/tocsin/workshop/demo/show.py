"""The run of a demonstration: prepared once, then all processes, the devices, the watch, until it is stopped."""

import asyncio
import dataclasses
import os
import shutil
import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from tocsin.base.errors import InvalidInput
from tocsin.base.time import Clock, datetime_from_ms
from tocsin.portal.configuration import Configuration
from tocsin.portal.preparation import prepare_database
from tocsin.portal.processes import SWITCH_S
from tocsin.portal.supervisor import Supervisor
from tocsin.simulation.city import City
from tocsin.simulation.world import World
from tocsin.workshop.demo import beside, marking, town
from tocsin.workshop.demo import rosters as desks
from tocsin.workshop.demo.connections import allow_connections
from tocsin.workshop.demo.exposure import settle_exposure
from tocsin.workshop.demo.firms import cast as firms
from tocsin.workshop.demo.firms import duty as firm_duty
from tocsin.workshop.demo.firms import points as firm_points
from tocsin.workshop.demo.firms.player import FirmPlayer
from tocsin.workshop.demo.memory import VERSION, Login, Memory, MemoryFile
from tocsin.workshop.demo.passwords import random_passwords_as_they_are
from tocsin.workshop.demo.plants import settle_plants
from tocsin.workshop.demo.player import Player
from tocsin.workshop.demo.public.player import claimable, new_salt, settle_public
from tocsin.workshop.demo.public.told import Public
from tocsin.workshop.demo.publisher import Fleet
from tocsin.workshop.demo.scenarios import load_scenario
from tocsin.workshop.demo.supplies import settle_supplies
from tocsin.workshop.demo.tank_farm import place as tank_farm
from tocsin.workshop.demo.tank_farm.hot_work import settle_tank_farm
from tocsin.workshop.demo.tank_farm.player import TankFarmPlayer
from tocsin.workshop.demo.tours import tour_lines
from tocsin.workshop.demo.units import Units, load_script
from tocsin.workshop.demo.watch import Watch

REMEMBER_S = 5.0
HOLD_MS = 25_000  # the city's time stands so long at the start: nobody misses what happens while the processes come up
DRAIN_S = 0.8  # what no door has acknowledged by then is sent again at the next start


class Show:
    """One demonstration in one data folder."""

    def __init__(self, folder: Path, scenario: str, speed: float, *, by_hand: bool = False, say: Callable[[str], None]) -> None:
        self._file = MemoryFile(folder)
        self._scenario, self._speed, self._say = load_scenario(scenario), speed, say
        self._by_hand = by_hand
        self._memory: Memory | None = None
        self._world = World(City.build(), self._scenario)
        self._stopping = threading.Event()
        self._failure: BaseException | None = None

    def forget(self) -> None:
        """Empties the folder of an earlier demonstration; InvalidInput where it holds something else."""
        folder = self._file.folder
        if folder.exists() and any(folder.iterdir()):
            if not self._file.path.exists():
                raise InvalidInput(f"{folder} is not the folder of a demonstration; nothing was removed")
            shutil.rmtree(folder)

    def prepare(self) -> None:
        """Fills an empty database with the city, or takes up the demonstration that is in it."""
        memory = self._file.read()
        if memory is not None and not memory.is_complete:
            self.forget()  # an earlier start was broken off before anything ran
            memory = None
        begin_ms = memory.reached_ms if memory else self._scenario.begin_ms
        os.environ["TOCSIN_CLOCK"] = Clock(begin_ms, time.time_ns() // 1_000_000, 1.0).text()
        first_password = prepare_database()
        marking.refuse_unless_demonstration_or_empty()
        if memory is None:
            memory = self._settle(begin_ms, first_password)
        elif (memory.seed, memory.scenario) != (self._world.city.seed, self._scenario.name):
            raise InvalidInput(f"{self._file.folder} holds scenario {memory.scenario}; choose that, another folder, or --fresh")
        else:
            self._say(f"goes on     in {self._file.folder}")
        self._memory = memory

    def run(self, *, open_browser: bool, minutes: float | None, began: float) -> None:
        """Starts everything, plays until Ctrl-C or until the minutes are over, and leaves no process behind."""
        memory = self._known_memory()
        allow_connections(len(memory.secrets))
        sys.setswitchinterval(SWITCH_S)  # else who writes beside the devices holds the database's lock for many seconds
        clock = Clock(memory.reached_ms, time.time_ns() // 1_000_000 + HOLD_MS, self._speed)
        configuration = dataclasses.replace(Configuration.from_environment(), clock=clock)
        supervisor = Supervisor(configuration, say=self._say)
        devices = threading.Thread(target=self._play, args=(supervisor, clock), name="devices")
        try:
            supervisor.start()
            self._announce(supervisor, began)
            devices.start()
            if open_browser and _has_screen():
                webbrowser.open(supervisor.console_url)
            ending = threading.Timer((minutes or 0.0) * 60.0, supervisor.request_stop) if minutes is not None else None
            if ending is not None:
                ending.daemon = True
                ending.start()
            supervisor.wait()
        finally:
            self._stopping.set()
            if devices.ident is not None:
                devices.join()
            supervisor.stop()
        if self._failure is not None:
            raise self._failure

    def _settle(self, begin_ms: int, first_password: str | None) -> Memory:
        """Fills an empty database; the readings of the past are made meanwhile by the other core."""
        city = self._world.city
        unfinished = Memory(VERSION, city.seed, self._scenario.name, begin_ms, (), {})
        self._file.write(unfinished)
        with ThreadPoolExecutor(1) as beside, random_passwords_as_they_are():
            past = beside.submit(town.past_readings, self._world, begin_ms)
            marking.mark()
            people = town.settle_people(city)
            desks.settle_rosters(city, datetime_from_ms(begin_ms))
            if first_password is not None:
                people = (*people, Login("first administrator; a new password is asked for", "admin", first_password))
            town.settle_networks(city)
            town.settle_ground(city, self._file.folder)
            town.settle_terrain(city, self._file.folder)
            collectors, officers = self._settle_firms(begin_ms)
            secrets = town.settle_devices(city) | collectors
            filled = beside.submit(town.fill_history_beside, city, past)
            self._say(f"city        {len(city.features):,} assets, {len(secrets):,} devices, {len(city.sensors):,} sensors")
            salt = new_salt()
            public = settle_public(Public(firms.Cast(begin_ms, city.region_code), salt), self._file.folder, self._say)
            self._say(f"public      {public.acts:,} acts of who reports, who is told and who helps")
            settle_exposure(city, datetime_from_ms(begin_ms))
            keepers = settle_supplies(city.region_code, datetime_from_ms(begin_ms))
            people = (*people, *officers, *public.people, *keepers)
            readings = filled.result()
        self._say(f"history     {readings:,} readings of {town.BACKFILL_DAYS} days")
        memory = msgspec.structs.replace(unfinished, people=people, secrets=secrets, salt=salt)
        self._file.write(memory)
        return memory

    def _settle_firms(self, begin_ms: int) -> tuple[dict[str, str], tuple[Login, ...]]:
        """The supervised firms with their meters, plants and past: the secrets of their devices, and who answers for two."""
        from tocsin.jurisdiction.people.services.system import system_actor
        from tocsin.sensing.devices.services.registering import register_many

        cast = firms.Cast(begin_ms, self._world.city.region_code)
        devices, sensors = firms.new_devices(cast)
        secrets = register_many(actor=system_actor(), devices=devices, sensors=sensors)
        quarters = firms.fill_history(cast)
        officer = firms.settle_firms(cast, self._file.folder)
        shifts = firm_duty.settle_duty(cast)
        points = firm_points.settle_points(cast)
        self._say(f"firms       {len(devices)} firms, {len(sensors)} meters, {quarters:,} quarter hours, {shifts:,} shifts")
        self._say(f"points      {points:,} days of points")
        plants = settle_plants(datetime_from_ms(begin_ms))
        self._say(f"plants      {plants} units with hazardous chemicals")
        detectors, plant_people = settle_tank_farm(cast.region_code, datetime_from_ms(begin_ms))
        return secrets | detectors, (officer, *plant_people)

    def _announce(self, supervisor: Supervisor, began: float) -> None:
        memory = self._known_memory()
        zone = supervisor.configuration.time_zone
        self._say(f"console     {supervisor.console_url}  (ready after {time.monotonic() - began:.0f} s)")
        for line in tour_lines(memory.people, supervisor.console_url):
            self._say(f"show me around as {line}")
        for login in memory.people:
            self._say(f"log in      {login.username:<9} {login.password:<14} {login.role.replace('_', ' ')}")
        if memory.salt:
            cast = firms.Cast(memory.reached_ms, self._world.city.region_code)
            for line in claimable(Public(cast, memory.salt)):
                self._say(
                    f"claim       {line}  a decided reward: claim it on {supervisor.console_url}hazard/ for the cashier's code"
                )
        if self._by_hand:
            self._say("by hand     sign in as these people, each in a private window; below it is told whose turn it is")
        self._say(f"city time   {_local(memory.reached_ms, zone)}, {self._speed:g} times as fast as yours; Ctrl-C stops")

    def _play(self, supervisor: Supervisor, clock: Clock) -> None:
        """The thread of the devices: any failure ends the demonstration and is told."""
        try:
            asyncio.run(self._play_until_stopped(supervisor, clock))
        except BaseException as error:  # noqa: BLE001 - told by `run`, which ends the demonstration
            self._failure = error
            supervisor.request_stop()

    async def _play_until_stopped(self, supervisor: Supervisor, clock: Clock) -> None:
        memory, configuration = self._known_memory(), supervisor.configuration
        fleet = Fleet(configuration.door_hosts["mqtt"], configuration.door_ports["mqtt"], memory.secrets)
        player = Player(self._world, fleet, clock, memory.reached_ms)
        cast = firms.Cast(self._scenario.begin_ms, self._world.city.region_code)
        collectors = FirmPlayer(cast, fleet, clock, self._file.folder, memory.reached_ms)
        watch = Watch(self._say, configuration.time_zone)
        await asyncio.to_thread(watch.tell_known)
        errand = beside.Errand(self._scenario.name, self._speed, memory.reached_ms, supervisor.console_url, self._by_hand)
        others = beside.play(errand, configuration)
        tasks = [asyncio.create_task(one) for one in (player.play(), collectors.play(), watch.follow(), others)]
        if tank_farm.DEVICE in memory.secrets:  # not in a demonstration that was begun before there was one
            begin = datetime_from_ms(self._scenario.begin_ms)
            tasks.append(asyncio.create_task(TankFarmPlayer(begin, fleet, clock, memory.reached_ms).play()))
        script = load_script(self._scenario.name)
        units = None
        if script is not None:
            url, acts = supervisor.console_url, memory.acts_done
            units = Units(script, memory.people, url, clock, self._say, acts, by_hand=self._by_hand)
        if units is not None:
            tasks.append(asyncio.create_task(units.play()))
        running = msgspec.structs.replace(memory, clock=clock.text(), mqtt_port=configuration.door_ports["mqtt"])
        try:
            while not self._stopping.is_set():
                self._remember(running, player.reached_ms, units.done if units else memory.acts_done)
                done, _ = await asyncio.wait(tasks, timeout=0.5, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()  # neither ends by itself: this raises what ended it
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await fleet.drain(DRAIN_S)
            player.note()
            await fleet.stop()
            acts_done = units.done if units else memory.acts_done
            latest = self._latest(memory)
            self._file.write(
                msgspec.structs.replace(latest, reached_ms=player.reached_ms, acts_done=acts_done, clock="", mqtt_port=0)
            )

    def _remember(self, running: Memory, reached_ms: int, acts_done: int) -> None:
        now = time.monotonic()
        if now - self._remembered >= REMEMBER_S:
            self._remembered = now
            self._file.write(
                msgspec.structs.replace(
                    self._latest(running),
                    reached_ms=reached_ms,
                    acts_done=acts_done,
                    clock=running.clock,
                    mqtt_port=running.mqtt_port,
                )
            )

    _remembered = 0.0

    def _latest(self, fallback: Memory) -> Memory:
        """The file as it is now: `tocsin simulate` may have added its gateways."""
        return self._file.read() or fallback

    def _known_memory(self) -> Memory:
        if self._memory is None:
            raise InvalidInput("the demonstration is not prepared")
        return self._memory


def _has_screen() -> bool:
    """True where a browser window can appear: a screen, and no continuous integration."""
    if os.environ.get("CI"):
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _local(time_ms: int, time_zone: str) -> str:
    from zoneinfo import ZoneInfo

    return f"{datetime_from_ms(time_ms).astimezone(ZoneInfo(time_zone)):%Y-%m-%d %H:%M}"
