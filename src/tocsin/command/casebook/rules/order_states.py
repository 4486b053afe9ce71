"""The states of an order, from which the state of its case follows."""

from enum import StrEnum
from typing import Final


class OrderRole(StrEnum):
    """What the unit is in the case: 主办, 协办, or a neighbour who stands by while others dig."""

    LEAD = "lead"
    ASSISTING = "assisting"
    STAND_BY = "stand_by"


class OrderState(StrEnum):
    """How far the unit has come. The last four are ends."""

    SENT = "sent"  # 待签收
    ACCEPTED = "accepted"  # 已签收
    LEFT = "left"  # 已出动
    ON_SITE = "on_site"  # 已到场
    CONTROLLED = "controlled"  # 已控制
    CAUSE_FOUND = "cause_found"  # 原因已查明
    MENDED = "mended"  # 已修复
    DONE = "done"  # with its case closed, or its part of it over
    RETURNED = "returned"  # 已退回
    PASSED_ON = "passed_on"  # 已转派
    WITHDRAWN = "withdrawn"  # taken back by who sent it


ENDED: Final = frozenset((OrderState.DONE, OrderState.RETURNED, OrderState.PASSED_ON, OrderState.WITHDRAWN))


ON_SITE: Final = (OrderState.ON_SITE, OrderState.CONTROLLED, OrderState.CAUSE_FOUND)  # the crew is there, and works
