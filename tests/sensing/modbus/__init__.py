"""Units of Modbus: maps, the poller, pages."""
