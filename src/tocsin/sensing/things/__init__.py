"""The registry and the history as an OGC SensorThings API 1.1, for reading; what devices post goes to the HTTP door."""
