"""How far a resource is shared, and how a delivery stands."""

from enum import StrEnum


class SharingLevel(StrEnum):
    """How far a resource is shared (政务信息资源目录编制指南: unconditionally, under conditions, not)."""

    PUBLIC = "public"
    INNER = "inner"
    RESTRICTED = "restricted"


class Shared(StrEnum):
    """How a delivery came."""

    UPLOAD = "upload"
    COMMAND = "command"
    CONNECTOR = "connector"


class Stage(StrEnum):
    """Where a delivery is on its way: taken in, then served or set aside."""

    ARRIVED = "arrived"
    LANDED = "landed"
    SET_ASIDE = "set_aside"
    PROPOSED = "proposed"
    """Set aside; somebody asks that it be used all the same, and gives a reason. A second person decides."""
    DROPPED = "dropped"


OPEN = (Stage.SET_ASIDE.value, Stage.PROPOSED.value)
"""Stages of a delivery about which somebody has to decide."""
