"""What a browser says of itself, in a few words. Pure."""

from typing import Final

BROWSERS: Final = (
    ("MicroMessenger", "微信 WeChat"),
    ("HuaweiBrowser", "华为浏览器 Huawei"),
    ("QQBrowser", "QQ"),
    ("360SE", "360"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
    ("curl", "curl"),
)
"""The first that occurs counts: most of them also name those they descend from."""

SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Kylin", "麒麟 Kylin"),
    ("UOS", "统信 UOS"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """Browser and system; what is neither is shown as it came.

    >>> device_words("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36 Edg/142.0")
    'Edge · Windows'
    >>> device_words("a wall in hall 2")
    'a wall in hall 2'
    """
    found = [next((words for mark, words in table if mark in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, found)) or user_agent
