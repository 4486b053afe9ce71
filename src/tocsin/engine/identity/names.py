"""Names of Chinese firms and their addresses, taken apart: what is the firm's own, what its site's, what everybody's."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from tocsin.engine.identity.figures import Words

_BRACKETS: Final = re.compile(r"[(\[<【〔《「]([^()\[\]<>【】〔〕《》「」]*)[)\]>】〕》」]")
_NOISE: Final = re.compile(r"[\s·・.,,。、'\"“”‘’&+_/\\-]+")
_NUMERALS: Final = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7", "八": "8", "九": "9", "十": "10"}
_NUMBERED: Final = re.compile(r"第?([一二三四五六七八九十])(?=分|厂|车间|号|库|店|站|期|区)")
_FLOOR: Final = re.compile(r"(?<=号)(?:院内?|内)?.{0,14}?(?:室|楼|层|座|单元|号楼)$|(?:院内?|内|路北|路南|路东|路西|附近)$")
_HOUSE: Final = re.compile(r"(\d+)(?:-\d+)?号")
_WAY: Final = re.compile(r"[^\d]{1,12}?(?:大道|路|街|巷|道|村|园区|工业园|社区)")


@dataclass(frozen=True)
class Name:
    """A name in parts. `core`: without place, legal form and branch; `brand`: without the words of the trade too (字号)."""

    core: str
    brand: str
    branch: str

    @property
    def trade_words(self) -> str:
        """What of the core is not the brand."""
        return self.core[len(self.brand) :]


@dataclass(frozen=True)
class Address:
    """An address in parts: all of it without places, its street, its house number."""

    text: str
    street: str
    house: str


def plain(text: str) -> str:
    """Half width, small letters, no spaces and no marks; brackets stay."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).casefold().replace("〇", "0"))


class Reader:
    """Takes names and addresses apart by one set of words, its patterns compiled once.

    >>> places = ("山东省", "青岛市", "青岛", "李沧区")
    >>> words = Words(("股份有限公司", "有限公司", "公司"), ("化工", "科技"), ("分公司", "厂区"), places)
    >>> reader = Reader(words)
    >>> reader.name("青岛海诺（李沧）化工 有限公司")
    Name(core='海诺化工', brand='海诺', branch='')
    >>> reader.name("海诺化工股份有限公司李沧分公司").branch
    '李沧分公司'
    >>> reader.address("山东省青岛市李沧区 九水路１２号院内")
    Address(text='九水路12号', street='九水路', house='12')
    """

    def __init__(self, words: Words) -> None:
        self._places = re.compile(f"^(?:{_any(words.places)})(?=..)(?!(?:{_any(words.legal_forms)})$)")
        self._forms = re.compile(f"(?<=..)(?:{_any(words.legal_forms)})$")
        self._trades = re.compile(f"(?<=..)(?:{_any(words.trade_words)})$")
        long_forms = [one for one in words.legal_forms if len(one) > 2]
        branch = _any(words.branch_words)
        self._cut = re.compile(f"(.+?(?:{_any(long_forms)}))(.*(?:{branch}).*)$")
        self._branch_end = re.compile(f"(?:{branch})$")
        self._site = re.compile(f"(?<=..)(?:{_any(words.places)}|第?\\d+号?|[东西南北新老]区?)(?:{branch}|店|站|库)$")

    def name(self, text: str) -> Name:
        """The parts of a firm's name."""
        bare = plain(text)
        inside = next((one for one in _BRACKETS.findall(bare) if self._branch_end.search(one)), "")
        bare = _BRACKETS.sub("", bare)
        cut = self._cut.match(bare)
        bare, branch = (cut[1], inside or cut[2]) if cut else (bare, inside)
        bare = _stripped(bare, self._places)
        if not branch and (found := self._site.search(_arabic(bare))):
            bare, branch = _arabic(bare)[: found.start()], found[0]
        core = _stripped(bare, self._forms) or bare
        return Name(core, _stripped(core, self._trades), _arabic(branch))

    def address(self, text: str) -> Address:
        """The parts of an address."""
        bare = _FLOOR.sub("", _stripped(_BRACKETS.sub("", plain(text)), self._places))
        house = _HOUSE.search(bare)
        way = _WAY.search(bare)
        return Address(bare, way[0] if way else "", house[1] if house else "")


def _any(words: tuple[str, ...] | list[str]) -> str:
    """Alternatives, the longest first; a pattern that fits nothing where there are none."""
    return "|".join(re.escape(one) for one in sorted(words, key=lambda one: (-len(one), one))) or r"(?!)"


def _stripped(text: str, pattern: re.Pattern[str]) -> str:
    """The text without what the pattern finds at its beginning or end, again and again."""
    while found := pattern.search(text):
        text = text[: found.start()] + text[found.end() :]
    return text


def _arabic(text: str) -> str:
    return _NUMBERED.sub(lambda found: _NUMERALS[found[1]], text)
