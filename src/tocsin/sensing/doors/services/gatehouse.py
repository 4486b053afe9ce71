"""What all doors share: who may come in, by which clock, and where what they bring is taken."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from tocsin.base.time import Clock, ms_from_datetime
from tocsin.sensing.devices.policy import Policy
from tocsin.sensing.doors.rules.payload import Fault, Times
from tocsin.sensing.doors.services.intake import Intake
from tocsin.sensing.doors.services.ledger import Ledger
from tocsin.sensing.doors.services.logins import LoginBrake
from tocsin.sensing.doors.services.registry import KnownDevice, Registry
from tocsin.sensing.quarantine.rules import Reason

if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.settings import DoorSettings


class Door(Protocol):
    """A device protocol: one module of this folder, its class named in the catalogue."""

    async def open(self, gatehouse: "Gatehouse", configuration: "DoorSettings") -> None:
        """Begins to listen; Unavailable names the address that is taken."""

    def stop_reading(self) -> None:
        """Accepts and reads no more; what has been read still goes to the log and is answered."""

    async def close(self) -> None:
        """Ends every connection."""


class ClosedError(Exception):
    """Too many wrong secrets: this address is refused unread for a while."""


@dataclass
class Gatehouse:
    """Shared by all doors of one process."""

    registry: Registry
    intake: Intake
    ledger: Ledger
    brake: LoginBrake
    clock: Clock
    policy: Policy

    def take_policy(self, policy: Policy) -> None:
        """From here on every door goes by it."""
        self.policy, self.intake.policy, self.brake.policy = policy, policy.log, policy.login

    def times(self) -> Times:
        """The times that are believed at this moment."""
        now_ms = self.clock.now_ms()
        time = self.policy.time
        return Times(now_ms, ms_from_datetime(time.earliest), now_ms + round(time.ahead_s * 1000))

    async def login(self, door: str, code: str, secret: bytes, address: str, now_s: float) -> KnownDevice | None:
        """The device, or None for a wrong code or secret, which is counted; ClosedError while the brake is on.

        What is unknown is asked of the database once more before it is refused: the device may have been registered just now.
        """
        if self.brake.is_closed(code, address, now_s):
            raise ClosedError
        device = self.registry.login(code, secret)
        if device is None:
            await self.registry.refresh()
            device = self.registry.login(code, secret)
        if device is None:
            self.brake.record_failure(code, address, now_s)
            is_known = code in self.registry.devices
            where = (
                f"wrong {'secret' if is_known else 'device code'} from {address}; compare with the registry, or rotate the secret"
            )
            self.ledger.set_aside(code if is_known else "", door, Fault(Reason.LOGIN_REFUSED, where, code[:64]))
        return device
