"""Devices, doors, quarantine, history of readings, device health."""
