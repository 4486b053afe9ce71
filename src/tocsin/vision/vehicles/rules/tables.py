"""How tables of loading orders are read: headings in either language."""

from typing import Final

from tocsin.vision.vehicles.rules.orders import LoadingWay

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "firm": ("监管对象", "企业", "信息码", "统一社会信用代码", "单位"),
    "reference": ("预约单号", "提单号", "装卸单号", "单号", "订单号"),
    "plate": ("车牌号", "车牌", "牵引车牌号", "号牌号码"),
    "trailer": ("挂车号", "挂车车牌", "挂车牌号"),
    "way": ("装卸", "作业类型", "装卸类型"),
    "goods": ("货物", "品名", "介质", "货物名称"),
    "amount_t": ("数量", "吨数", "重量"),
    "carrier": ("承运单位", "承运人", "运输公司"),
    "point": ("装卸位", "鹤位", "装卸点", "装卸位置"),
    "camera": ("摄像机", "摄像机编码", "国标编码"),
    "permit": ("作业票号", "作业票", "许可编号"),
    "from_at": ("预约开始", "开始时间", "到厂时间起", "预约时间起"),
    "until_at": ("预约结束", "结束时间", "到厂时间止", "预约时间止"),
}
"""Columns and what firms call them."""
NEEDED: Final = ("reference", "plate", "way", "goods", "from_at", "until_at")
WAYS: Final = {
    "装": LoadingWay.LOADING,
    "装车": LoadingWay.LOADING,
    "loading": LoadingWay.LOADING,
    "卸": LoadingWay.UNLOADING,
    "卸车": LoadingWay.UNLOADING,
    "unloading": LoadingWay.UNLOADING,
}
EXAMPLE: Final = {
    "firm": "91350100M000100Y43",
    "reference": "示例-2026-0001",
    "plate": "鲁B12345",
    "trailer": "鲁B1234挂",
    "way": "卸车",
    "goods": "甲醇",
    "amount_t": "28",
    "carrier": "示例：某某物流有限公司",
    "point": "二号卸车位",
    "from_at": "2026-12-01 08:00",
    "until_at": "2026-12-01 10:00",
}
ENGLISH_EXAMPLE: Final = {
    "reference": "EXAMPLE-2026-0001",
    "way": "unloading",
    "goods": "methanol",
    "carrier": "Example: a carrier",
    "point": "Unloading point 2",
}
