"""Names of streets and towns for readers who read no Chinese: by pinyin, since no list gives them in English."""

from functools import lru_cache
from typing import Final

KINDS: Final = (
    ("街道办事处", "Subdistrict"),
    ("街道办", "Subdistrict"),
    ("街道", "Subdistrict"),
    ("镇", "Town"),
    ("民族乡", "Ethnic Township"),
    ("乡", "Township"),
    ("高新技术产业开发区", "High-tech Zone"),
    ("经济技术开发区", "Economic and Technological Development Zone"),
    ("经济开发区", "Economic Development Zone"),
    ("开发区", "Development Zone"),
    ("工业园区", "Industrial Park"),
    ("工业园", "Industrial Park"),
    ("农场", "Farm"),
    ("林场", "Forest Farm"),
)
"""What they are, the longest ending first."""


@lru_cache(maxsize=4096)
def romanised(name: str) -> str:
    """The proper name by pinyin in one word, after it what kind of place it is; a name of an unknown kind is one word.

    >>> romanised("解放路街道"), romanised("西岸镇"), romanised("棋山国家森林公园")
    ('Jiefanglu Subdistrict', "Xi'an Town", 'Qishanguojiasenlingongyuan')
    """
    from pypinyin import lazy_pinyin  # a table of 1 MB, read when somebody first reads such a name

    ending, kind = next(((one, words) for one, words in KINDS if name.endswith(one) and name != one), ("", ""))
    spoken = lazy_pinyin(name.removesuffix(ending))
    word = "".join(f"'{one}" if at and one[:1] in "aeo" else one for at, one in enumerate(spoken))
    return " ".join(filter(None, (word[:1].upper() + word[1:], kind)))
