"""How notices are sent: `sending.toml`."""

from datetime import timedelta
from pathlib import Path

import msgspec

from tocsin.base.levels import AlarmLevel, LevelName
from tocsin.base.policy import PolicyFile, reader
from tocsin.notices.channels.rules.verdicts import BackOff

FILE = Path(__file__).with_name("policy.toml")


class Cap(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many sendings one address, and one person by all channels, gets within a window, for which purposes and channels; how
    often the rest goes in a summary.
    """

    sendings: int
    person_sendings: int
    window_s: float
    summary_every_s: float
    purposes: tuple[str, ...]
    channels: tuple[str, ...]


class Repeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By which channels an urgent notice that nobody has heard goes again, after how long, and how often at most."""

    channels: tuple[str, ...]
    every_min: float
    most: int


class Codes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many codes go by one person, and to one address, within an hour."""

    per_person_h: int
    per_address_h: int


class ReachabilityDrill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the monthly drill begins (local time) and how long an answer may take."""

    window_min: float
    day_of_month: int
    hour: int


class Sending(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    lease_s: float
    at_once_per_channel: int
    attempts: int
    urgent_from: LevelName
    urgent_deadline_min: float
    deadline_h: float
    call_urgent_min: float
    call_min: float
    unseen_urgent_min: float
    unseen_min: float
    receipt_s: float
    link_h: float
    link_closed_h: float
    link_reports: int
    link_report_every_s: float
    link_tries_per_min: int
    back_off: BackOff
    repeat: Repeat
    cap: Cap
    codes: Codes
    reachability: ReachabilityDrill

    @property
    def urgent_level(self) -> AlarmLevel:
        """From this level on a notice is urgent."""
        return AlarmLevel[self.urgent_from.upper()]

    def time_for(self, *, urgent: bool) -> timedelta:
        """How long a notice is tried."""
        return timedelta(minutes=self.urgent_deadline_min) if urgent else timedelta(hours=self.deadline_h)

    def time_unseen(self, *, urgent: bool) -> timedelta:
        """How long a screen or a machine may take to be heard before the desk is asked to dial."""
        return timedelta(minutes=self.unseen_urgent_min if urgent else self.unseen_min)

    def time_to_call(self, *, urgent: bool) -> timedelta:
        """How long the desk has to dial where no machine can tell it."""
        return timedelta(minutes=self.call_urgent_min if urgent else self.call_min)


SENDING = PolicyFile("notices.sending", FILE, reader(Sending), "通知发送", "Sending of notices")


def sending() -> Sending:
    """The policy in force."""
    return SENDING.current()
