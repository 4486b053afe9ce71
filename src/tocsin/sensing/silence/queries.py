"""Devices that are asked, whatever they speak."""

from collections.abc import Iterator

from tocsin.sensing.modbus.models import ModbusUnit
from tocsin.sensing.opcua.models import OpcUaServer
from tocsin.sensing.opcua.rules.places import Security
from tocsin.sensing.silence.rules import AskedDevice

MODBUS, OPCUA = "modbus", "opcua"
COLUMNS = ("device_id", "device__code", "device__region_code", "pk", "period_s", "entered_at", "device__last_seen_at")


def asked_devices() -> Iterator[AskedDevice]:
    """Those of enabled devices; a secured server only from when its certificate was trusted."""
    for device, code, region, page, period_s, entered_at, heard_at in ModbusUnit.objects.filter(device__enabled=True).values_list(
        *COLUMNS
    ):
        yield AskedDevice(device, code, region, MODBUS, page, period_s, entered_at, heard_at)
    rows = OpcUaServer.objects.filter(device__enabled=True).values_list(*COLUMNS, "security", "trusted_at")
    for device, code, region, page, period_s, entered_at, heard_at, security, trusted_at in rows:
        if security == Security.NONE or trusted_at is not None:
            yield AskedDevice(device, code, region, OPCUA, page, period_s, max(entered_at, trusted_at or entered_at), heard_at)
