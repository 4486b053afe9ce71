"""What a device says of itself, out of a payload: one object, a list of them, or NDJSON. Pure.

    {"ts": 1764000000000, "attributes": {"battery": 87, "firmware": "1.4.2", "well-7/battery": 61}}

`ts` as in readings. `code/name` is an attribute of a device that this one carries. Or a pack of SenML, in JSON or CBOR:

    [{"bn": "urn:dev:ow:370213:well-7:", "n": "battery", "u": "%EL", "v": 87}, {"n": "firmware", "vs": "1.4.2"}]
"""

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from tocsin.base.errors import InvalidInput
from tocsin.sensing.attributes.policy import AttributesPolicy
from tocsin.sensing.attributes.rules.statements import FREE, Statement, read_name, read_value
from tocsin.sensing.doors.rules import senml
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.payload import at_place, objects_of
from tocsin.sensing.doors.rules.times import Times, moment_of, time_fault
from tocsin.sensing.quarantine.rules import Reason

EXAMPLE: Final = '{"attributes": {"battery": 87, "firmware": "1.4.2"}}'


class Said(NamedTuple):
    """One attribute as another protocol tells it: of the device of this code, with the time that it states (UTC ms)."""

    owner: str
    name: str
    value: str | float | bool
    ts_ms: int


def read_said(
    said: Iterable[Said], code: str, carried: Collection[str], times: Times, policy: AttributesPolicy
) -> tuple[list[Statement], list[Fault]]:
    """As `read_attributes`. A name that differs from one of the vocabulary by capitals and spaces alone is that one."""
    statements: list[Statement] = []
    faults: list[Fault] = []
    for one in said:
        if not times.earliest_ms <= one.ts_ms <= times.latest_ms:
            faults.append(replace(time_fault(one.ts_ms, one.ts_ms, times), reason=Reason.ATTRIBUTE_REFUSED))
            continue
        usual = one.name.lower().replace(" ", "_")
        name = usual if usual in policy.known else one.name.replace("/", ".")
        try:
            statements.append(_statement(one.owner, name, one.value, one.ts_ms, code, carried, policy))
        except InvalidInput as error:
            faults.append(_refused(error, f"{one.name}: {one.value}"[:SAMPLE_BYTES]))
    return statements, faults


def read_attributes(
    payload: bytes, code: str, carried: Collection[str], times: Times, policy: AttributesPolicy
) -> tuple[list[Statement], list[Fault]]:
    """What can be read, in its order, and what can't, every fault as `Reason.ATTRIBUTE_REFUSED`."""
    statements: list[Statement] = []
    faults: list[Fault] = []
    try:
        if len(payload) > policy.bounds.largest_bytes:
            raise InvalidInput(
                "a message of attributes has at most %(most)s bytes; send it in parts", most=policy.bounds.largest_bytes
            )
        objects = objects_of(payload)
    except InvalidInput as error:
        return [], [_refused(error, payload[:SAMPLE_BYTES].decode("utf-8", "replace"))]
    if senml.is_pack(objects):
        everything = _of_pack(objects, code, carried, times, policy)
    else:
        everything = _of_objects(objects, code, carried, times, policy)
    for found in everything:
        if isinstance(found, Statement):
            statements.append(found)
        else:
            faults.append(replace(found, reason=Reason.ATTRIBUTE_REFUSED))
    return statements, faults


def _of_objects(
    objects: list[Any], code: str, carried: Collection[str], times: Times, policy: AttributesPolicy
) -> Iterator[Statement | Fault]:
    for number, one in enumerate(objects, start=1):
        for found in _of_object(one, code, carried, times, policy):
            if isinstance(found, Fault):
                found = replace(found, why=at_place(number if len(objects) > 1 else 0, found.why))
            yield found


def _of_pack(
    pack: list[Any], code: str, carried: Collection[str], times: Times, policy: AttributesPolicy
) -> Iterator[Statement | Fault]:
    for said in senml.sayings(pack, times.now_ms):
        if isinstance(said, Fault):
            yield said
            continue
        moment = round(said.ts_ms) if math.isfinite(said.ts_ms) else 0
        if not times.earliest_ms <= moment <= times.latest_ms:
            yield time_fault(moment, moment, times)
            continue
        owner, name = senml.owner_of(said.name, code, carried)
        try:
            _check_unit(name, said.unit, policy)
            yield _statement(owner, name, said.value, moment, code, carried, policy)
        except InvalidInput as error:
            yield _refused(error, f"{said.name}: {said.value} {said.unit}".strip()[:SAMPLE_BYTES])


def _of_object(
    one: Any, code: str, carried: Collection[str], times: Times, policy: AttributesPolicy
) -> Iterator[Statement | Fault]:
    if not isinstance(one, dict) or not isinstance(one.get("attributes"), dict):
        why = InvalidInput("expected an object with “attributes”, such as %(example)s", example=EXAMPLE)
        yield _refused(why, str(one)[:SAMPLE_BYTES])
        return
    ts = one.get("ts")
    if ts is not None and (isinstance(ts, bool) or not isinstance(ts, (int, float, str))):
        yield _refused(InvalidInput("ts must be milliseconds or an ISO 8601 text"), str(ts)[:40])
        return
    moment = times.now_ms if ts is None else ts if type(ts) is int else moment_of(ts)
    if ts is not None and not times.earliest_ms <= moment <= times.latest_ms:
        yield time_fault(ts, moment, times)
        return
    for said, value in one["attributes"].items():
        owner, slash, name = str(said).rpartition("/")
        try:
            yield _statement(owner if slash else code, name, value, moment, code, carried, policy)
        except InvalidInput as error:
            yield _refused(error, f"{said}: {value}"[:SAMPLE_BYTES])


def _statement(
    owner: str, name: str, value: object, moment: int, code: str, carried: Collection[str], policy: AttributesPolicy
) -> Statement:
    if owner != code and owner not in carried:
        raise InvalidInput(
            "“%(code)s” is no device that this one carries; name this one as its gateway in Devices", code=owner[:64]
        )
    known = policy.known.get(name, FREE)
    text, number = read_value(read_name(name, policy.bounds.name_letters), value, known, policy.bounds.text_letters)
    return Statement(owner, name, text, number, moment)


def _check_unit(name: str, unit: str, policy: AttributesPolicy) -> None:
    known = policy.known.get(name, FREE)
    if unit and known.unit and senml.SAID_UNITS.get(unit, unit) != known.unit:
        raise InvalidInput("“%(name)s” is said in %(known)s, not in “%(unit)s”", name=name, known=known.unit, unit=unit[:20])


def _refused(why: InvalidInput, sample: str) -> Fault:
    return Fault(Reason.ATTRIBUTE_REFUSED, why, sample)
