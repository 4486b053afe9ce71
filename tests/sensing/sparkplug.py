"""Payloads of Sparkplug B as protobuf's own runtime writes them, and the channels that they speak of."""

import importlib
from functools import cache
from typing import Any

from tests.sensing.doors import NOW_MS
from tocsin.sensing.devices.rules import Channel
from tocsin.sensing.doors.rules.times import Times

TIMES = Times(NOW_MS, NOW_MS - 10**9, NOW_MS + 300_000)
CHANNELS: dict[str, Channel] = {
    "methane": (0, None, ("methane", "")),
    "Inlet.Temperature": (1, None, ("temperature", "")),
    "pump-1/pressure": (2, None, ("pressure", "kPa")),
    "fire": (3, None, ("fire_signal", "")),
}
FIELDS = {  # of the specification's Payload.Metric: name -> number, protobuf's type, whether one of the values
    "name": (1, 9, False),
    "alias": (2, 4, False),
    "timestamp": (3, 4, False),
    "datatype": (4, 13, False),
    "is_historical": (5, 8, False),
    "is_transient": (6, 8, False),
    "is_null": (7, 8, False),
    "int_value": (10, 13, True),
    "long_value": (11, 4, True),
    "float_value": (12, 2, True),
    "double_value": (13, 1, True),
    "boolean_value": (14, 8, True),
    "string_value": (15, 9, True),
    "bytes_value": (16, 12, True),
}


@cache
def runtime() -> Any:
    """The message class that protobuf's runtime makes of the specification's fields."""
    protobuf: Any = importlib.import_module("google.protobuf.descriptor_pb2")
    pool: Any = importlib.import_module("google.protobuf.descriptor_pool")
    factory: Any = importlib.import_module("google.protobuf.message_factory")
    file = protobuf.FileDescriptorProto(name="sparkplug_of_tests.proto", package="of_tests", syntax="proto2")
    value = file.message_type.add(name="PropertyValue")
    for name, number, kind in (("type", 1, 13), ("is_null", 2, 8), ("int_value", 3, 13), ("long_value", 4, 4)):
        value.field.add(name=name, number=number, type=kind, label=1)
    properties = file.message_type.add(name="PropertySet")
    properties.field.add(name="keys", number=1, type=9, label=3)
    properties.field.add(name="values", number=2, type=11, label=3, type_name=".of_tests.PropertyValue")
    metric = file.message_type.add(name="Metric")
    metric.oneof_decl.add(name="value")
    for name, (number, kind, is_value) in FIELDS.items():
        added = metric.field.add(name=name, number=number, type=kind, label=1)
        if is_value:
            added.oneof_index = 0
    metric.field.add(name="properties", number=9, type=11, label=1, type_name=".of_tests.PropertySet")
    payload = file.message_type.add(name="Payload")
    payload.field.add(name="timestamp", number=1, type=4, label=1)
    payload.field.add(name="metrics", number=2, type=11, label=3, type_name=".of_tests.Metric")
    payload.field.add(name="seq", number=3, type=4, label=1)
    payload.field.add(name="uuid", number=4, type=9, label=1)
    payload.field.add(name="body", number=5, type=12, label=1)
    made = pool.DescriptorPool()
    made.Add(file)
    return factory.GetMessageClass(made.FindMessageTypeByName("of_tests.Payload"))


def payload(*metrics: dict[str, Any], seq: int | None = 0, ts: int | None = NOW_MS, **other: Any) -> bytes:
    message = runtime()(**other)
    if ts is not None:
        message.timestamp = ts
    if seq is not None:
        message.seq = seq
    for one in metrics:
        values = dict(one)
        quality = values.pop("quality", None)
        added = message.metrics.add(**values)
        if quality is not None:
            added.properties.keys.append("Quality")
            added.properties.values.add(type=3, int_value=quality)
    encoded: bytes = message.SerializeToString()
    return encoded


METHANE = {"name": "methane", "alias": 1, "datatype": 10, "double_value": 1.0}
