"""What the form of a new public warning is filled with."""

from datetime import datetime, timedelta

from tocsin.mobilisation.public_warnings.policy import warning_policy


def first_words(region_code: str, kind: str, level: str, *, area_zh: str = "", area_en: str = "") -> dict[str, str]:
    """What the form of a new warning is filled with: sentences of policy, for a person to change."""
    policy = warning_policy(region_code)
    known = policy.kind.get(kind)
    if known is None:
        return {}
    measures = known.measures_at(level)
    colours = {"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"}
    return {
        "headline_zh": f"{area_zh}{known.zh}{colours[level]}预警",
        "headline_en": f"{known.en}, {level} warning" + (f": {area_en}" if area_en else ""),
        "caution_zh": known.caution.zh,
        "caution_en": known.caution.en,
        "measures_zh": measures.zh,
        "measures_en": measures.en,
        "area_zh": area_zh,
        "area_en": area_en,
    }


def default_end(region_code: str, now: datetime) -> datetime:
    """When a new warning ends unless somebody says otherwise."""
    return (now + timedelta(hours=warning_policy(region_code).default_h)).replace(second=0, microsecond=0)
