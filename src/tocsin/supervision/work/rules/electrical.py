"""Which places of an installation are watched for which electrical dangers."""

from enum import StrEnum
from typing import Final

from tocsin.engine.work.danger import DangerKind, DangerVerdict


class PointKind(StrEnum):
    """What is measured at a place."""

    FEEDER = "feeder"  # current of three phases
    RESIDUAL = "residual"
    JOINT = "joint"


QUANTITY: Final = {PointKind.FEEDER: "current", PointKind.RESIDUAL: "residual_current", PointKind.JOINT: "joint_temperature"}
DANGERS: Final[dict[PointKind, tuple[DangerKind, ...]]] = {
    PointKind.FEEDER: (DangerKind.OVERLOAD, DangerKind.IMBALANCE),
    PointKind.RESIDUAL: (DangerKind.RESIDUAL_CURRENT,),
    PointKind.JOINT: (DangerKind.HOT_JOINT,),
}
RINGING: Final = frozenset({DangerVerdict.NEARING, DangerVerdict.BEYOND})  # somebody of the firm must look
LEAST_SHARE: Final = 0.1  # of the rated current: below it phases are always unlike
