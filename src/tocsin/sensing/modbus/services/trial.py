"""Asking a unit once, for whoever enters it: what its registers say now. Keeps nothing."""

import asyncio

from tocsin.sensing.modbus.models import ModbusUnit
from tocsin.sensing.modbus.policy import modbus_policy
from tocsin.sensing.modbus.queries import known_unit
from tocsin.sensing.modbus.services.asking import Answered, Failed, ask_once


def try_unit(found: ModbusUnit) -> list[Answered | Failed]:
    """Every register with its value, or why it has none; Unavailable where the unit can't be asked at all."""
    unit = known_unit(found.device.code, found.host, found.port, found.unit, found.period_s, found.registers)
    return asyncio.run(ask_once(unit, modbus_policy()))
