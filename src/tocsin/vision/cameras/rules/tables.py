"""How tables of cameras are read: headings in either language."""

from typing import Final

HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "code": ("国标编码", "设备国标编码", "摄像机编码", "设备编码", "编码"),
    "name": ("名称", "摄像机名称", "点位名称", "通道名称"),
    "region_code": ("区划代码", "行政区划", "区划"),
    "firm": ("监管对象", "企业", "信息码", "单位编码"),
    "owner": ("权属单位", "所属单位", "管理单位"),
    "device_code": ("识别设备", "识别设备编码"),
    "place": ("安装位置", "位置", "点位"),
    "lon": ("经度",),
    "lat": ("纬度",),
    "bearing_deg": ("方位角", "朝向"),
    "view_deg": ("视场角", "水平视角"),
}
"""Columns and what offices call them."""
NEEDED: Final = ("code", "name")
EXAMPLE: Final = {
    "code": "37021300421310000001",
    "name": "示例：罐区东侧",
    "region_code": "370213",
    "place": "三号罐东侧立杆",
    "lon": "120.43000",
    "lat": "36.16000",
    "bearing_deg": "270",
    "view_deg": "60",
}
ENGLISH_EXAMPLE: Final = {"name": "Example: tank farm, east", "place": "Pole east of tank 3"}
