"""The catalogue of layers as the page and its script read it."""

from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.atlas.layers.rules.layers import Group, MapLayer
from tocsin.atlas.layers.shown.legend import legend_of

if TYPE_CHECKING:
    from collections.abc import Iterable

GROUP_NAMES: Final[dict[Group, Promise]] = {
    "events": pgettext_lazy("heading of map layers", "Alarms, cases, warnings"),
    "networks": pgettext_lazy("heading of map layers", "Buried networks"),
    "sensing": pgettext_lazy("heading of map layers", "Monitoring"),
    "supervision": pgettext_lazy("heading of map layers", "Firms and works"),
    "mobilisation": pgettext_lazy("heading of map layers", "People who help"),
    "supplies": pgettext_lazy("heading of map layers", "Supplies"),
    "resources": pgettext_lazy("heading of map layers", "Shared data"),
}


def catalogue_of(layers: "Iterable[MapLayer]") -> list[dict[str, object]]:
    """Each of the layers: name, words, heading and how it is drawn, in the order of the headings."""
    found = sorted(layers, key=lambda one: list(GROUP_NAMES).index(one.group))
    return [
        {
            "name": one.name,
            "words": str(one.words),
            "path": [str(GROUP_NAMES[one.group]), *one.path],
            "look": one.look,
            "sign": one.sign,
            "shown": one.shown,
            "live": one.live,
            "past": one.past,
            "legend": legend_of(one),
            "search": spoken(str(one.words)),
        }
        for one in found
    ]


def spoken(words: str) -> str:
    """How Chinese words are said: `zhujingdian zjd`; empty for words without Chinese characters."""
    from pypinyin import Style, lazy_pinyin  # a table of 1 MB, read when the first map is opened

    if words.isascii():
        return ""
    whole = lazy_pinyin(words, errors="ignore")
    first = lazy_pinyin(words, style=Style.FIRST_LETTER, errors="ignore")
    return f"{''.join(whole)} {''.join(first)}"
