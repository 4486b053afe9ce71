"""The durable log of readings and events: envelope, outbox and the NATS adapter (the only import of nats)."""

from tocsin.bus.connection import Connection, connect
from tocsin.bus.streams import DETECTIONS, EVENTS, PLATFORMS, READINGS

__all__ = ["DETECTIONS", "EVENTS", "PLATFORMS", "READINGS", "Connection", "connect"]
