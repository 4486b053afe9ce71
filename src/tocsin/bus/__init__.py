"""The durable log of readings and events: envelope, outbox and the NATS adapter (the only import of nats)."""

from tocsin.bus.connection import Connection, connect
from tocsin.bus.streams import DETECTIONS, EVENTS, READINGS

__all__ = ["DETECTIONS", "EVENTS", "READINGS", "Connection", "connect"]
