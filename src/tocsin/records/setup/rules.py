"""What a city's settings are as one file: bodies and what they answer for, people and their roles, shared views, own policy."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal

import msgspec

type Text = Annotated[str, msgspec.Meta(max_length=400)]


class CitySection(StrEnum):
    """What a row of the file tells; in the order in which they are written."""

    AREA = "area"
    BODY = "body"
    DUTY = "duty"
    PERSON = "person"
    ROLE = "role"
    VIEW = "view"
    POLICY = "policy"


class _Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A table of the file."""


class CityArea(_Entry, frozen=True):
    """An area that does not come with the program; a street or town by its code of nine digits, with a Chinese name alone."""

    code: Text
    name_zh: Text
    name_en: Text = ""


class CityBody(_Entry, frozen=True):
    """A body; `superior` is the code of one in its area or above, `region` the area of both where it is not the file's."""

    code: Text
    name_zh: Text
    kind: Text
    name_en: Text = ""
    region: Text = ""
    telephone: Text = ""
    superior: Text = ""
    desk: bool = False


class CityDuty(_Entry, frozen=True):
    """As what a body is called, for what, where and when; `since` and `until` are days."""

    body: Text
    kind: Text
    region: Text = ""
    lifeline: Text = ""
    trade: Text = ""
    area: Text = ""
    hours: Text = ""
    since: Text = ""
    until: Text = ""


class CityPerson(_Entry, frozen=True):
    """An account, without its password."""

    username: Text
    name: Text
    body: Text = ""
    region: Text = ""


class CityRole(_Entry, frozen=True):
    """A role of a person in an area."""

    username: Text
    role: Text
    region: Text = ""


class CityView(_Entry, frozen=True):
    """A view of a list that a body shares: the list's address without the server, and what is chosen of it."""

    body: Text
    path: Text
    name: Text
    region: Text = ""
    query: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class CityPolicy(_Entry, frozen=True):
    """A version of a policy file; `text` is TOML that says what differs from the shipped file. `region` empty: everywhere."""

    policy: Text
    text: Annotated[str, msgspec.Meta(max_length=100_000)] = ""
    key: Text = ""
    region: Text = ""
    trade: Text = ""
    whole: bool = False
    withdrawn: bool = False
    source: Text = ""
    confidence: Text = ""
    reason: Text = ""


class CityFile(_Entry, frozen=True):
    """The whole file. `region` is the area of every row that names none."""

    format: Literal[1]
    region: Annotated[str, msgspec.Meta(pattern=r"^\d{6}$")]
    area: tuple[CityArea, ...] = ()
    body: tuple[CityBody, ...] = ()
    duty: tuple[CityDuty, ...] = ()
    person: tuple[CityPerson, ...] = ()
    role: tuple[CityRole, ...] = ()
    view: tuple[CityView, ...] = ()
    policy: tuple[CityPolicy, ...] = ()


SECTION_WORDS: Final[dict[CitySection, str]] = {
    CitySection.AREA: "区域",
    CitySection.BODY: "单位",
    CitySection.DUTY: "职责",
    CitySection.PERSON: "人员",
    CitySection.ROLE: "角色",
    CitySection.VIEW: "列表视图",
    CitySection.POLICY: "参数",
}
"""What tables in Chinese call the sections."""
HERE: Final = "here"
HERE_WORDS: Final = (HERE, "本区域")
"""The area of the import, of a policy."""
CITY_HEADINGS: Final[dict[str, tuple[str, ...]]] = {
    "section": ("内容",),
    "code": ("编码",),
    "name_zh": ("中文名称",),
    "name_en": ("英文名称",),
    "kind": ("单位类型",),
    "region": ("区划代码",),
    "telephone": ("值班电话",),
    "superior": ("上级单位编码",),
    "desk": ("昼夜值守",),
    "body": ("单位编码",),
    "lifeline": ("生命线",),
    "trade": ("行业",),
    "area": ("责任区域",),
    "hours": ("时段",),
    "since": ("起始日期",),
    "until": ("截止日期",),
    "username": ("用户名",),
    "name": ("姓名或名称",),
    "role": ("角色",),
    "path": ("列表地址",),
    "query": ("筛选条件",),
    "policy": ("参数文件",),
    "key": ("条目",),
    "whole": ("整份",),
    "withdrawn": ("撤销",),
    "source": ("来源",),
    "confidence": ("可信度",),
    "reason": ("理由",),
    "text": ("参数内容",),
}
"""Columns of the rows of all sections, and what offices call them."""


def section_of(cells: Mapping[str, str]) -> CitySection | None:
    """What a row tells; None for what no section is called.

    >>> section_of({"section": "职责"}).value, section_of({"section": "palace"})
    ('duty', None)
    """
    told = cells.get("section", "").strip().lower()
    return next((one for one, words in SECTION_WORDS.items() if told in (one.value, words)), None)


def rows_of(city: CityFile) -> list[dict[str, str]]:
    """The entries of a file as rows of texts, section by section. What is of the file's own area names none, so that it becomes
    that of the import; a policy, which without an area holds everywhere, names it `HERE`.

    >>> rows_of(CityFile(1, "370213", duty=(CityDuty("gas_company", "owner", lifeline="gas"),)))
    [{'section': 'duty', 'body': 'gas_company', 'kind': 'owner', 'lifeline': 'gas'}]
    """
    found = []
    for section in CitySection:
        for entry in getattr(city, section.value):
            told: Mapping[str, object] = msgspec.to_builtins(entry)
            own = {name: "yes" if value is True else str(value) for name, value in told.items() if value not in ("", False)}
            if own.get("region") == city.region:
                del own["region"]
                if section is CitySection.POLICY:
                    own["region"] = HERE
            found.append({"section": section.value} | own)
    return found
