"""Units of Modbus TCP that Tocsin asks: where they are, which registers hold what, how often."""
