"""How well a sensor is, as detection found it."""
