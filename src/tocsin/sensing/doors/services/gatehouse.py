"""What all doors share: who may come in, by which clock, and where what they bring is taken."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from tocsin.base.errors import InvalidInput
from tocsin.base.time import Clock, datetime_from_ms, ms_from_datetime
from tocsin.sensing.attributes.policy import attributes_policy
from tocsin.sensing.attributes.rules.statements import Stated, Statement
from tocsin.sensing.certificates.rules.judging import Finding, Verdict, judge, why_refused
from tocsin.sensing.certificates.services.uses import Use
from tocsin.sensing.devices.policy import Policy
from tocsin.sensing.doors.rules.attributes import Said, read_attributes, read_said
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.doors.rules.handed import HandedMessage, topic_of
from tocsin.sensing.doors.rules.payload import Columns
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.doors.rules.unread import Message, pairs, read
from tocsin.sensing.doors.services.handing import is_handed
from tocsin.sensing.doors.services.intake import Intake
from tocsin.sensing.doors.services.keeper import Keeper
from tocsin.sensing.doors.services.ledger import Ledger
from tocsin.sensing.doors.services.loading import KnownDevice
from tocsin.sensing.doors.services.logins import LoginBrake
from tocsin.sensing.doors.services.quotas import Quotas
from tocsin.sensing.doors.services.registry import Registry
from tocsin.sensing.doors.services.strangers import network_of
from tocsin.sensing.quarantine.rules import NOT_OF_A_MESSAGE, Reason
from tocsin.sensing.quarantine.services.keeping import Unread
from tocsin.sensing.quarantine.services.strangers import Strange

DAY_MS = 86_400_000
ATTRIBUTES = "attributes"  # last part of the topic on which a device says something of itself
CERTIFICATES = "certificates of nobody"  # under which they are counted; no device's code has a blank
REASONS = {
    Verdict.UNKNOWN: Reason.CERTIFICATE_UNKNOWN,
    Verdict.OTHER_DEVICE: Reason.CERTIFICATE_OF_ANOTHER,
    Verdict.EXPIRED: Reason.CERTIFICATE_EXPIRED,
    Verdict.NOT_YET: Reason.CERTIFICATE_NOT_YET_VALID,
    Verdict.REVOKED: Reason.CERTIFICATE_REVOKED,
    Verdict.REPLACED: Reason.CERTIFICATE_REPLACED,
    Verdict.UNFIT: Reason.CERTIFICATE_UNFIT,
    Verdict.DISABLED: Reason.LOGIN_REFUSED,
}
SHOWN_OF_UNKNOWN = 8  # letters of a wrong code: somebody may have typed the secret there

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
    """Too many wrong secrets: further ones from there are not looked into for a while. A right one is let in."""


@dataclass(frozen=True)
class Taken:
    """What was taken of a message of attributes: the keeper's position (0: nothing), how many, and what could not be."""

    position: int
    count: int
    faults: list[Fault]


@dataclass
class Gatehouse:
    """Shared by all doors of one process."""

    registry: Registry
    intake: Intake
    ledger: Ledger
    brake: LoginBrake
    clock: Clock
    policy: Policy
    quotas: Quotas = field(init=False)
    keeper: Keeper = field(init=False)

    def __post_init__(self) -> None:
        self.quotas, self.keeper = Quotas(self.policy), Keeper(self.ledger.thread)

    def take_policy(self, policy: Policy) -> None:
        """From here on every door goes by it."""
        self.policy, self.intake.policy, self.brake.policy, self.quotas.policy = policy, policy.log, policy.login, policy

    def times(self) -> Times:
        """The times that are believed at this moment."""
        now_ms = self.clock.now_ms()
        time = self.policy.time
        earliest_ms = max(ms_from_datetime(time.earliest), now_ms - round(time.late_days * DAY_MS))
        return Times(now_ms, earliest_ms, now_ms + round(time.ahead_s * 1000))

    def keep(self, message: Message, device: KnownDevice, faults: Sequence[Fault], times: Times) -> int:
        """Keeps a message of which something could not be read, to be read again later; the keeper's position, 0 where no
        content stands behind its faults. What was taken of it is found by reading it once more: good messages pay nothing.
        """
        fault = next((one for one in faults if one.reason not in NOT_OF_A_MESSAGE), None)
        if fault is None:
            return 0
        taken = Columns()
        read(message, device.channels, times, taken)
        return self.keeper.keep(
            Unread(
                code=device.code,
                door=message.door,
                form=message.form,
                place=message.place,
                content=message.content,
                context=message.context,
                taken=pairs(taken),
                reason=fault.reason,
                why=fault.why,
                arrived_at=datetime_from_ms(times.now_ms),
            )
        )

    def keep_strange(self, message: Message, claimed: str, address: str) -> None:
        """Keeps a message of a sender that is not registered, to be read when it is. Not of one that is: who claims the name of a
        device without its password, or comes from a wrong network, may be anybody.
        """
        arrived_at = datetime_from_ms(self.clock.now_ms())
        self.keeper.keep_strange(Strange(claimed, address[:45], message.door, message.form, message.content, arrived_at))

    def said(self, topic: str, device: KnownDevice) -> str:
        """Of which of its topics beside its readings this is: attributes, or one that the catalogue hands on; empty for none."""
        part = topic_of(topic, device.code)
        return part if part is not None and (part == ATTRIBUTES or is_handed(part)) else ""

    def is_full_for(self, said: str) -> bool:
        """Whether such a message must wait with its sender."""
        return self.keeper.is_full or self.keeper.is_busy(said)

    def take_said(self, said: str, door: str, payload: bytes, device: KnownDevice, times: Times, now_s: float) -> Taken:
        """Takes a message on one of the topics of `said`; who sent it is answered at the keeper's position. What is handed on
        costs its bytes' share of the device's quota. `is_full_for` has been asked.
        """
        if said == ATTRIBUTES:
            return self.take_attributes(door, payload, device, times, now_s)
        self.quotas.charge(device, len(payload) // self.policy.quota.handed_bytes, now_s)
        handed = HandedMessage(device.code, door, said, bytes(payload), datetime_from_ms(times.now_ms))
        return Taken(self.keeper.keep(handed), 1, [])

    def take_attributes(self, door: str, payload: bytes, device: KnownDevice, times: Times, now_s: float) -> Taken:
        """Takes what a message says of its device or of those that it carries; who sent it is answered at the keeper's position.

        It costs its share of the device's quota beforehand: each is a write to the database. `keeper.is_full` has been asked.
        """
        statements, faults = read_attributes(payload, device.code, device.carried, times, attributes_policy())
        return self._take_statements(door, statements, faults, device, times, now_s)

    def take_properties(self, door: str, said: list[Said], device: KnownDevice, times: Times, now_s: float) -> Taken:
        """The same of attributes that another protocol tells beside its readings. What could not be taken is set aside."""
        statements, faults = read_said(said, device.code, device.carried, times, attributes_policy())
        for fault in faults:
            self.ledger.set_aside(device.code, door, fault)
        return self._take_statements(door, statements, faults, device, times, now_s)

    def _take_statements(
        self, door: str, statements: list[Statement], faults: list[Fault], device: KnownDevice, times: Times, now_s: float
    ) -> Taken:
        bounds = attributes_policy().bounds
        self.quotas.charge(device, bounds.message_costs * max(1, len(statements) // bounds.names), now_s)
        if not statements:
            return Taken(0, 0, faults)
        stated = Stated(device.code, door, tuple(statements), datetime_from_ms(times.now_ms))
        return Taken(self.keeper.keep(stated), len(statements), faults)

    def charge(self, door: str, device: KnownDevice, readings: int, now_s: float) -> float:
        """Counts what a device has sent against its quota; how long nothing more is to be read from it."""
        wait_s = self.quotas.charge(device, readings, now_s)
        if wait_s:
            why = InvalidInput(
                "more than %(count)s readings a minute; it is read more slowly, nothing is lost",
                count=self.quotas.per_min(device),
            )
            self.ledger.set_aside(device.code, door, Fault(Reason.TOO_MANY, why, ""))
        return wait_s

    async def login(self, door: str, code: str, secret: bytes, address: str, now_s: float) -> KnownDevice | None:
        """The device, or None for a wrong code or secret, which is counted; ClosedError where there were too many.

        A right secret has 256 random bits and so is nobody's guess: it is let in first, whatever others behind the same address
        try. A wrong one waits for the next look at the registry: the device may have been registered just now.
        """
        device = self.registry.login(code, secret)
        if device is not None:
            return device
        if self.brake.is_closed(code, network_of(address), now_s):
            raise ClosedError
        self.brake.record_failure(code, network_of(address), now_s)  # before the wait, so that a crowd is counted, too
        await self.registry.looked()
        device = self.registry.login(code, secret)
        if device is None:
            why = InvalidInput("wrong device code from %(address)s; compare with the registry", address=address)
            if code in self.registry.devices:
                why = InvalidInput("wrong secret from %(address)s; compare with the registry", address=address)
            self._refuse(door, code, why)
        return device

    async def login_by_certificate(self, door: str, certificate: bytes, asked: str, address: str, now_s: float) -> Finding | None:
        """The good verdict on a certificate (DER) whose key the other end has proved to hold; None for any other, which is
        counted with its reason; ClosedError where there were too many. `asked`: the device's code that was named beside it, or
        nothing.
        """
        found = self._judge(certificate, asked)
        if isinstance(found, Finding) and found.verdict is Verdict.GOOD:
            return self._used(found, certificate)
        key, network = found.code if isinstance(found, Finding) and found.code else CERTIFICATES, network_of(address)
        if self.brake.is_closed(key, network, now_s):
            raise ClosedError
        self.brake.record_failure(key, network, now_s)
        await self.registry.looked()
        found = self._judge(certificate, asked)
        if isinstance(found, Fault):
            self.ledger.set_aside("", door, found)
            return None
        if found.verdict is Verdict.GOOD:
            return self._used(found, certificate)
        self._refuse(door, found.code, why_refused(found, address), REASONS[found.verdict], found.facts.fingerprint)
        return None

    def _judge(self, certificate: bytes, asked: str) -> "Finding | Fault":
        try:
            return judge(certificate, self.registry.trust, asked, self.clock.now())
        except InvalidInput as error:
            return Fault(Reason.CERTIFICATE_UNFIT, error, "")

    def _used(self, found: Finding, certificate: bytes) -> Finding:
        self.ledger.use(Use(found.facts, certificate, found.code, found.authority_id, self.clock.now()))
        return found

    async def login_by_password(self, door: str, code: str, password: str, address: str, now_s: float) -> KnownDevice | None:
        """The device of a password of HJ 212, or None for a wrong one, which is counted; ClosedError where there were too many.

        Six characters can be guessed: a device at which too many were tried, from wherever, is closed to right ones, too, until
        the window has passed.
        """
        network = network_of(address)
        if self.brake.is_guessed_at(code, now_s) or self.brake.is_closed(code, network, now_s):
            raise ClosedError
        device = self.registry.login_by_password(code, password)
        if device is not None:
            return device
        self.brake.record_failure(code, network, now_s)
        await self.registry.looked()
        device = self.registry.login_by_password(code, password)
        if device is None:
            self._refuse(door, code, self._why_no_password(code, address))
        return device

    async def login_from(self, door: str, source: str, address: str, now_s: float) -> KnownDevice | None:
        """The transmitter of this source address that may come from this network address; None for another, which is counted.

        GB/T 26875.3 has neither secret nor password, so both addresses together are what there is: an administrator has entered
        them. ClosedError where too many were wrong.
        """
        network = network_of(address)
        if self.brake.is_guessed_at(source, now_s) or self.brake.is_closed(source, network, now_s):
            raise ClosedError
        device = self.registry.login_from(source, address)
        if device is not None:
            return device
        self.brake.record_failure(source, network, now_s)
        await self.registry.looked()
        device = self.registry.login_from(source, address)
        if device is None:
            known = self.registry.transmitters.get(source)
            if known is None:
                why = InvalidInput(
                    "no transmitter of source address %(source)s is entered, asked from %(address)s; enter it on the page "
                    "Fire alarm transmitters",
                    source=source,
                    address=address,
                )
            else:
                why = InvalidInput(
                    "it came from %(address)s, which is none of its networks; correct them on the page Fire alarm transmitters",
                    address=address,
                )
            self._refuse(door, known.code if known else source, why)
        return device

    def _why_no_password(self, code: str, address: str) -> InvalidInput:
        known = self.registry.devices.get(code)
        if known is None:
            return InvalidInput(
                "wrong device code (MN) from %(address)s; MN is the device's code as its page in Devices shows it",
                address=address,
            )
        if not known.access_fingerprint:
            return InvalidInput(
                "it has no password of HJ 212, asked from %(address)s; its page in Devices makes one (PW)", address=address
            )
        return InvalidInput(
            "wrong password (PW) from %(address)s; PW is the password that its page in Devices makes", address=address
        )

    def _refuse(self, door: str, code: str, why: InvalidInput, reason: Reason = Reason.LOGIN_REFUSED, sample: str = "") -> None:
        is_known = code in self.registry.devices
        sample = sample or (code if is_known else code[:SHOWN_OF_UNKNOWN])
        self.ledger.set_aside(code if is_known else "", door, Fault(reason, why, sample))
