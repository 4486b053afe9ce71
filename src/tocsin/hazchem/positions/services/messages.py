"""Positions that gateways publish over MQTT as devices: each device for the gateways that name it, by the rules of the API."""

from collections.abc import Sequence
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import storable
from tocsin.hazchem.positions.queries.tags import gateways_of_device
from tocsin.hazchem.positions.rules.arriving import FAULT_TEXTS, Fault, NewPosition
from tocsin.hazchem.positions.rules.messages import read_positions
from tocsin.hazchem.positions.services.intake import checked_sender, has_enough, store_positions
from tocsin.sensing.doors.rules.handed import HandedMessage, RefusedPart, TakenMessage

SAMPLE: Final = 300


def take_messages(messages: Sequence[HandedMessage]) -> list[TakenMessage]:
    """Takes the messages of the topic `positions`; what can't be read or is refused is told with its reason. While too many
    positions wait to be judged these are taken all the same, and a pause is asked for.
    """
    is_full = has_enough()
    return [TakenMessage(_take(one), is_full) for one in messages]


def _take(message: HandedMessage) -> tuple[RefusedPart, ...]:
    """What of a message was refused."""
    try:
        code, positions = read_positions(message.content)
        gateway = checked_sender(code, gateways_of_device(message.code, {code}).get(code), len(positions))
    except InvalidInput as error:
        return (RefusedPart(error, message.content[:SAMPLE].decode("utf-8", "replace")),)
    answers = store_positions(gateway, positions, message.arrived_at)
    rows = enumerate(zip(positions, answers, strict=True), start=1)
    return tuple(_refused(number, one, answer.fault) for number, (one, answer) in rows if answer.fault)


def _refused(number: int, position: NewPosition, fault: Fault) -> RefusedPart:
    why = FAULT_TEXTS[fault]
    about = InvalidInput("position %(number)s (%(tag)s): %(why)s", number=number, tag=position.tag, why=why)
    return RefusedPart(about, storable(f"{position.tag} {position.at.isoformat()}")[:SAMPLE])
