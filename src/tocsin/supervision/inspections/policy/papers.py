"""`papers.toml`: the bureau's forms: their numbers, the issuing body, and where and until when a firm can object."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("papers.toml")


class Issuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who issues. Empty: `name` the inspectors' own body, `word` the code of the region."""

    name: str
    word: str


class Remedy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a firm objects. Empty: the people's government and the people's court of the region."""

    review_body: str
    court: str
    review_days: int
    action_months: int


class PaperPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    numbers: dict[str, str]
    issuer: Issuer
    remedy: Remedy


def _check(found: PaperPolicy, source: str) -> None:
    for name in ("inspection_record", "rectification_order", "recheck_opinion"):
        try:
            found.numbers[name].format(word="", year="", count=1)
        except (KeyError, ValueError, IndexError):
            raise ValueError(f"{source}: numbers.{name} is missing, or holds more than word, year and count in braces") from None


FORMS = PolicyFile("supervision.forms", FILE, reader(PaperPolicy, _check), "执法文书", "Forms of law enforcement", regions=True)


def paper_policy(region_code: str) -> PaperPolicy:
    """The policy in force in a region."""
    return FORMS.current(region=region_code)
