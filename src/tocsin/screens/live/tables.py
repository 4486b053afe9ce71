"""What browsers hear of: each capability lists its own, and `portal/catalogue/` names the lists in `LIVE`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import numpy as np
from django.conf import settings
from django.utils.module_loading import import_string
from numpy.typing import NDArray

type Kinds = tuple[type[msgspec.Struct], ...]
type Texts = dict[tuple[str, str], str]  # (identity, language) -> JSON


@dataclass(frozen=True, kw_only=True)
class LiveEvents:
    """Events of which whoever holds the permission where they happened hears as `name`; `tell` answers None for nothing.

    `regions`: further regions that an event concerns, whose people hear of it as well.
    """

    name: str
    kinds: Kinds
    permission: str
    tell: Callable[[Any], object | None]
    regions: Callable[[Any], Sequence[str]] = lambda _event: ()


@dataclass(frozen=True, kw_only=True)
class LiveObjects:
    """Objects that are told whole, as they are now and in the reader's language; `key` is the events' field that names one.

    An object that changed several times is told once. `render` is called in a thread of its own.
    """

    name: str
    kinds: Kinds
    permission: str
    key: str
    render: Callable[[list[str], set[str]], Texts]


@dataclass(frozen=True, kw_only=True)
class LiveReadings:
    """Readings of all sensors, told to whoever holds the permission; `regions` gives the indexes of sensors and their regions."""

    permission: str
    regions: Callable[[], tuple[NDArray[np.int32], Sequence[str]]]


type LiveEntry = LiveEvents | LiveObjects | LiveReadings


@cache
def live_entries() -> tuple[LiveEntry, ...]:
    """All that browsers hear of, as the catalogue gathers it."""
    return tuple(entry for name in settings.LIVE for entry in import_string(name.replace(":", ".")))


def live_kinds() -> Kinds:
    """The classes of events of which browsers are told."""
    kinds = (kind for entry in live_entries() if not isinstance(entry, LiveReadings) for kind in entry.kinds)
    return tuple(dict.fromkeys(kinds))


def live_permissions() -> tuple[str, ...]:
    """The permissions by which the stream is cut."""
    return tuple(dict.fromkeys(entry.permission for entry in live_entries()))
