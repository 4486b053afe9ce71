"""What the frame of every page shows of command."""

from tocsin.command.duty.queries import unkept_desk

__all__ = ["unkept_desk"]
