"""A stream of the log out of one bus and into another, message by message, each under the sequence it had."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import msgspec
from nats.js.api import ConsumerConfig, DeliverPolicy, StreamConfig
from nats.js.client import JetStreamContext

from tocsin.base.errors import Conflict, InvalidInput

SILENCE_S = 10.0


class Copied(msgspec.Struct, frozen=True, array_like=True):
    """One message of the log."""

    sequence: int
    subject: str
    payload: bytes


async def read(jetstream: JetStreamContext, stream: str, first: int, last: int) -> AsyncIterator[Copied]:
    """The messages from `first` to `last`, in order; those that the stream has dropped meanwhile are passed over."""
    config = ConsumerConfig(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=first)
    subscription = await jetstream.subscribe("", stream=stream, ordered_consumer=True, config=config)
    try:
        sequence = first - 1
        while sequence < last:
            message = await subscription.next_msg(timeout=SILENCE_S)
            sequence = message.metadata.sequence.stream
            if sequence <= last:
                yield Copied(sequence, message.subject, message.data)
    finally:
        await subscription.unsubscribe()


async def begin_at(jetstream: JetStreamContext, stream: str, first: int) -> None:
    """Makes the empty stream anew so that its next message gets the sequence `first`; Conflict where it has held any."""
    info = await jetstream.stream_info(stream)
    if info.state.last_seq:
        raise Conflict(f"the log {stream} is not empty")
    config: StreamConfig = replace(info.config, first_seq=first)
    await jetstream.delete_stream(stream)
    await jetstream.add_stream(config)


def in_one_piece(messages: Sequence[Copied], following: int) -> int:
    """The sequence behind these messages; InvalidInput where the first is not `following` or one is missing between them."""
    for message in messages:
        if message.sequence != following:
            raise InvalidInput(f"the copy of the log has {message.sequence} where {following} should be")
        following += 1
    return following
