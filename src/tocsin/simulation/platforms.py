"""A county's firms as a register holds them, and as other platforms know them: slips, short names, moves, sisters, branches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tocsin.base.credit_codes import ALPHABET, check_character, organisation_check_character
from tocsin.engine.identity.comparing import Entry

_SIGNS: Final = "海诺瑞丰恒达金宏泰华盛鑫源永安东方新科鼎信嘉禾联创广润百川天宇博远凯旋明德正邦兴隆万通中天立信诚合顺康美佳伟业"
_LIKE: Final = dict(
    zip(
        "海诺瑞丰恒达金宏泰华盛鑫源永安信嘉润川博远明德正邦兴隆通诚顺",
        "诲若端沣桓迖全弘秦哗晟金原咏按言佳闰州搏运名得政帮星龙同城川",
        strict=True,
    )
)
_TRADES: Final = tuple(
    (key, word)
    for key, words in (
        ("fine_chemical_batch", ("化工", "精细化工")),
        ("chemicals", ("化学",)),
        ("foundry", ("铸造", "铸业")),
        ("cold_store", ("冷链", "食品")),
        ("woodworking", ("木业", "家具")),
        ("cement_grinding", ("建材",)),
        ("machinery", ("机械",)),
        ("logistics_warehouse", ("物流",)),
        ("fireworks", ("烟花爆竹",)),
        ("steel", ("金属",)),
        ("other", ("商贸", "科技")),
    )
    for word in words
)
_STREETS: Final = (
    "九水路",
    "重庆中路",
    "金水路",
    "四流中路",
    "铜川路",
    "遵义路",
    "滨海大道",
    "兴城路",
    "沧海路",
    "汾阳路",
    "文昌路",
    "虎山路",
)
_SITES: Final = ("李沧分公司", "二分厂", "城阳厂区", "沙子口车间", "北区仓库")
_METRES: Final = 1 / 100_000  # degrees, roughly


@dataclass(frozen=True)
class PlatformRecords:
    """What a register holds, what a platform sends, and which is which: the key of each record's firm, '' where it is in none."""

    register: tuple[Entry, ...]
    records: tuple[Entry, ...]
    truth: dict[str, str]
    kinds: dict[str, str]  # how each record came about: as_is, slip, short, moved, renamed, sister, branch, stranger


@dataclass(frozen=True)
class Mix:
    """Shares of how records come about (the rest is as it is), and what a platform lacks."""

    slip: float = 0.12
    short: float = 0.12
    moved: float = 0.06
    renamed: float = 0.04
    known: float = 0.85
    sisters: float = 0.12
    branches: float = 0.1
    no_code: float = 0.4
    wrong_code: float = 0.06
    no_place: float = 0.25
    no_address: float = 0.15


def draw_platform_records(seed: int, firms: int, mix: Mix | None = None) -> PlatformRecords:
    """The register of a county with about `firms` firms and one platform's records of them, by a seed."""
    return _Drawer(seed, mix or Mix()).draw(firms)


class _Drawer:
    def __init__(self, seed: int, mix: Mix) -> None:
        self.random = np.random.default_rng(seed)
        self.mix = mix
        self.truth: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    def draw(self, firms: int) -> PlatformRecords:
        entries = self._firms(firms)
        register: list[Entry] = []
        records: list[Entry] = []
        for entry, kind in entries:
            known = self.random.random() < self.mix.known
            if known:
                register.append(entry)
            record, how = self._record(entry, f"R{len(records)}")
            records.append(record)
            self.truth[record.key] = entry.key if known else ""
            self.kinds[record.key] = (how if kind == "plain" or how != "as_is" else kind) if known else "stranger"
        return PlatformRecords(tuple(register), tuple(records), self.truth, self.kinds)

    def _firms(self, wanted: int) -> list[tuple[Entry, str]]:
        found: list[tuple[Entry, str]] = []
        while len(found) < wanted:
            brand, trade, address, lon, lat = self._brand(), self._pick(_TRADES), self._address(), *self._spot()
            code, name = self._code(), f"青岛{brand}{trade[1]}{self._form()}"
            key = f"F{len(found)}"
            found.append((Entry(key, name, code, address, lon, lat, trade[0]), "plain"))
            chance = self.random.random()
            if chance < self.mix.sisters:  # another firm of the same owner in the same yard
                other = self._pick([one for one in _TRADES if one[1] != trade[1]])
                sister = Entry(f"{key}S", f"青岛{brand}{other[1]}{self._form()}", self._code(), address, lon, lat, other[0])
                found.append((sister, "sister"))
            elif chance < self.mix.sisters + self.mix.branches:  # another site of the same firm elsewhere
                site = Entry(f"{key}B", name + self._pick(_SITES), code, self._address(), *self._spot(), trade[0])
                found.append((site, "branch"))
        return found

    def _record(self, entry: Entry, key: str) -> tuple[Entry, str]:
        """The firm as the platform knows it, and what happened to it on the way."""
        name, address, lon, lat, how = entry.name, entry.address, entry.lon, entry.lat, "as_is"
        chance, mix = self.random.random(), self.mix
        if chance < mix.slip:
            name, how = self._slip(name), "slip"
        elif chance < mix.slip + mix.short:
            name, how = self._short(name), "short"
        elif chance < mix.slip + mix.short + mix.moved:
            address, (lon, lat), how = self._address(), self._spot(), "moved"
        elif chance < mix.slip + mix.short + mix.moved + mix.renamed:
            name, how = f"青岛{self._brand()}{self._pick(_TRADES)[1]}{self._form()}", "renamed"
        if lon is not None and lat is not None:
            lon, lat = (float(value + self.random.normal(0, 25) * _METRES) for value in (lon, lat))
        if self.random.random() < mix.no_place:
            lon = lat = None
        address = "" if self.random.random() < mix.no_address else self._told(address)
        return Entry(key, self._dressed(name), self._seen_code(entry.credit_code, how), address, lon, lat, entry.trade), how

    def _seen_code(self, code: str, how: str) -> str:
        if how == "renamed":  # nothing but the code tells that a firm has another name now
            return code
        chance = self.random.random()
        if chance < self.mix.no_code:
            return ""
        if chance < self.mix.no_code + self.mix.wrong_code:
            place = int(self.random.integers(8, 17))
            return code[:place] + self._pick([one for one in ALPHABET if one != code[place]]) + code[place + 1 :]
        return code

    def _slip(self, name: str) -> str:
        places = [place for place, sign in enumerate(name) if place >= 2 and sign in _LIKE]
        if not places or self.random.random() < 0.2:
            return name[:4] + name[5:]  # one left out
        place = self._pick(places)
        return name[:place] + _LIKE[name[place]] + name[place + 1 :]

    def _short(self, name: str) -> str:
        core = name.removeprefix("青岛")
        for form in ("股份有限公司", "有限责任公司", "有限公司"):
            core = core.replace(form, "")
        return core if self.random.random() < 0.6 else "青岛" + core

    def _dressed(self, name: str) -> str:
        """The same name as offices write it."""
        chance = self.random.random()
        if chance < 0.15 and name.startswith("青岛"):
            return "山东省青岛市" + name.removeprefix("青岛")
        if chance < 0.3 and name.startswith("青岛") and len(name) > 6:
            return f"{name[2:4]}（青岛）{name[4:]}"
        if chance < 0.4:
            return name.replace("有限公司", "有限公司 ").replace("青岛", " 青岛")
        return name

    def _told(self, address: str) -> str:
        chance = self.random.random()
        if chance < 0.3:
            return address.removeprefix("青岛市").removeprefix("李沧区")
        if chance < 0.5:
            return "山东省" + address + "院内"
        if chance < 0.6:
            return address.translate({ord(digit): ord("０") + int(digit) for digit in "0123456789"})
        return address

    def _brand(self) -> str:
        length = 2 if self.random.random() < 0.7 else 3
        return "".join(self._pick(_SIGNS) for _sign in range(length))

    def _form(self) -> str:
        return self._pick(("有限公司", "有限公司", "有限公司", "股份有限公司", "有限责任公司"))

    def _address(self) -> str:
        return f"青岛市李沧区{self._pick(_STREETS)}{self.random.integers(1, 600)}号"

    def _spot(self) -> tuple[float, float]:
        return float(120.35 + self.random.random() * 0.15), float(36.12 + self.random.random() * 0.12)

    def _code(self) -> str:
        organisation = "".join(self._pick(ALPHABET) for _sign in range(8))
        body = f"91370213{organisation}{organisation_check_character(organisation)}"
        return body + check_character(body)

    def _pick[T](self, choices: Sequence[T]) -> T:
        return choices[int(self.random.integers(len(choices)))]
