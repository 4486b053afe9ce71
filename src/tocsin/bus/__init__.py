"""The durable log of readings and events: envelope, outbox and the NATS adapter (the only import of nats)."""
