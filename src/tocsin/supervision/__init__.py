"""Supervised objects: codes and colours, tasks and inspections, power, work status, people on post."""
