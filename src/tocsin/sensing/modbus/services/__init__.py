"""Writing and asking units of Modbus."""
