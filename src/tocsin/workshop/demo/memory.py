"""What a demonstration remembers between two starts: one file in its data folder, readable by its owner only."""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tocsin.base.errors import InvalidInput

_NAME = "demo.json"
VERSION = 2


class Login(msgspec.Struct, frozen=True):
    """One person of the demonstration."""

    role: str
    username: str
    password: str


class Memory(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """City and scenario (none for a mere load), its people, the secrets of its devices, and how far its time has come.

    `clock` (as `base.time.Clock.text`) and `mqtt_port` are filled while it runs.
    """

    version: int
    seed: int
    scenario: str
    reached_ms: int
    people: tuple[Login, ...]
    secrets: dict[str, str]
    load_secrets: dict[str, str] = {}
    acts_done: int = 0  # of its people's script
    salt: str = ""  # what secrets of its public are made of; empty in one that was begun before there was a public
    clock: str = ""
    mqtt_port: int = 0

    @property
    def is_complete(self) -> bool:
        """False after a start that was broken off while it filled the database with a city."""
        return bool(self.secrets) or not self.scenario


@dataclass(frozen=True)
class MemoryFile:
    """Reads and writes the memory of one data folder."""

    folder: Path

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.folder / _NAME

    def read(self) -> Memory | None:
        """None where there is none; InvalidInput for one that this version can't read."""
        try:
            memory = msgspec.json.decode(self.path.read_bytes(), type=Memory)
        except FileNotFoundError:
            return None
        except msgspec.DecodeError as error:
            raise InvalidInput(f"{self.path}: {error}; start with --fresh to make the demonstration anew") from None
        if memory.version != VERSION:
            raise InvalidInput(f"{self.path} is of another version; start with --fresh to make the demonstration anew")
        return memory

    def write(self, memory: Memory) -> None:
        """Replaces the file whole, so that a kill leaves the old or the new one."""
        draft = self.path.with_suffix(".new")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.encode(memory))
        draft.replace(self.path)
