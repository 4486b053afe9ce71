"""Which alarms stop work."""

from typing import Final

from tocsin.hazchem.installations.rules.kinds import QUANTITIES, PointKind

GAS_POINTS: Final = (PointKind.GAS, PointKind.FLAME)
STOPPING_QUANTITIES: Final = frozenset(one for kind in GAS_POINTS for one in QUANTITIES[kind])
