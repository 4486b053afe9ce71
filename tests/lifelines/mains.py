"""Mains of two bodies, to be edited."""

from typing import Any

from tests.engine.drawing import line, point
from tests.people import LICANG
from tocsin.lifelines.models import Asset


def mains() -> list[dict[str, Any]]:
    """V1 --gas--> M --gas--> V2 of the gas company, a manhole H of the heating company, and a heating main from M to H."""
    gas: dict[str, Any] = {"owner": "gas_company", "diameter_mm": 200, "material": "PE"}
    v1, v2 = point("V1", "valve", 0, 0, owner="gas_company"), point("V2", "valve", 200, 0, owner="gas_company")
    m, h = point("M", "manhole", 100, 0, owner="gas_company"), point("H", "chamber", 100, 80, owner="heating_company")
    return [v1, v2, m, h, line("G1", "gas_main", v1, m, **gas), line("G2", "gas_main", m, v2, **gas)]


def asset(code: str) -> Asset:
    """The object of that code, as it is now."""
    return Asset.objects.select_related("owner").get(region_code=LICANG, code=code)
