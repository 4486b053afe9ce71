"""The register's own policy: `register.toml`, and the trades: `trades.toml`."""

from pathlib import Path
from typing import Literal

import msgspec
from django.utils.translation import get_language

from tocsin.base.policy import PolicyFile, reader
from tocsin.supervision.objects.rules.register import RiskClass

FILE = Path(__file__).with_name("register.toml")
TRADES_FILE = Path(__file__).with_name("trades.toml")


class _Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    prefix: str


class _Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keep_days: int


class _Screen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keep_s: int


class _PublicPage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    tries_per_min: int
    report_telephone: str
    report_words_zh: str
    report_words_en: str

    @property
    def report_words(self) -> str:
        """How to report, in the reader's language."""
        return self.report_words_zh if reads_chinese() else self.report_words_en


class _Import(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    most_rows: int
    most_bytes: int


class _Supervision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    general_trade: str


class Register(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"imports": "import"}):
    """How codes begin, how long a QR holds, how often the public page is asked, how large a file may be, who supervises where
    nothing else is known.
    """

    code: _Code
    sign: _Sign
    screen: _Screen
    public_page: _PublicPage
    supervision: _Supervision
    imports: _Import


class Trade(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One trade: its words, who watches over it, how it is classed where nobody has said otherwise, and who says so."""

    zh: str
    en: str
    department: str  # code of the competent body of the region, as in the organisations' file
    department_zh: str
    directly_supervised: bool  # 直管: by emergency management itself, not by another department
    risk_class: RiskClass
    high_risk: bool  # a trade for which the law asks for more: safety officers, insurance, licences
    source: str
    confidence: Literal["A", "B", "C"]

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.zh if reads_chinese() else self.en


def reads_chinese() -> bool:
    """Whether the reader of this request gets Chinese names."""
    return (get_language() or "zh").startswith("zh")


REGISTER = PolicyFile("supervision.register", FILE, reader(Register), "监管对象登记", "Register of supervised objects")


def register() -> Register:
    """The policy in force."""
    return REGISTER.current()


TRADES = PolicyFile("supervision.trades", TRADES_FILE, reader(dict[str, Trade]), "行业目录", "Trades")


def trades() -> dict[str, Trade]:
    """The policy in force."""
    return TRADES.current()


def is_trade(key: str) -> bool:
    """Whether a kind names a trade of the list."""
    return key in trades()


def trade_name(key: str) -> str:
    """The trade's name for the reader; the key itself of one that is no longer in the list."""
    found = trades().get(key)
    return found.name if found else key
