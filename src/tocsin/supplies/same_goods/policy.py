"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.identity.figures import Level
from tocsin.engine.same_goods import FIELDS, Figures

FILE = Path(__file__).with_name("policy.toml")

type Share = Annotated[float, msgspec.Meta(gt=0, lt=1)]
type Metres = Annotated[float, msgspec.Meta(gt=0)]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    prior: Share
    same: Share
    unsure: Share
    near_m: Metres
    close_m: Metres
    far_m: Metres
    near_share: Share
    levels: dict[str, dict[str, Level]]


def _check(file: _File, source: str) -> None:
    if not file.unsure < file.same:
        raise ValueError(f"{source}: unsure < same does not hold")
    if not file.near_m < file.close_m < file.far_m:
        raise ValueError(f"{source}: near_m < close_m < far_m does not hold")
    for field, levels in file.levels.items():
        if field not in FIELDS:
            raise ValueError(f"{source}: levels.{field} is none of {', '.join(FIELDS)}")
        for name, level in levels.items():
            if not (0 < level.same < 1 and 0 < level.other < 1):
                raise ValueError(f"{source}: levels.{field}.{name}: same and other lie between 0 and 1")


SAME_GOODS = PolicyFile("supplies.same_goods", FILE, reader(_File, _check), "同一批物资", "Goods that several bodies report")


def same_goods_figures() -> Figures:
    """The figures in force."""
    file = SAME_GOODS.current()
    return Figures(**{name: getattr(file, name) for name in file.__struct_fields__})
