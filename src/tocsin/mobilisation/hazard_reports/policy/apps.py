"""`apps.toml` as frozen values: which apps may open the page with a signed identity."""

from datetime import date, timedelta
from pathlib import Path

import msgspec
from django.utils.translation import get_language

from tocsin.base.errors import InvalidInput
from tocsin.base.policy import PolicyFile, reader
from tocsin.mobilisation.hazard_reports.rules.launching import KnownApp, read_key

FILE = Path(__file__).with_name("apps.toml")


class App(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One registered app."""

    issuer: str
    zh: str
    en: str
    audience: str
    keys: tuple[str, ...]
    ends: date | None = None

    @property
    def name(self) -> str:
        """In the reader's language."""
        return self.zh if (get_language() or "zh").startswith("zh") else self.en

    @property
    def known(self) -> KnownApp:
        """As the rules take it."""
        return KnownApp(self.issuer, self.audience, tuple(read_key(one) for one in self.keys), self.ends)


class AppPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    longest_s: float
    kept_days: float
    app: tuple[App, ...]

    @property
    def longest(self) -> timedelta:
        """So long a signed text may hold."""
        return timedelta(seconds=self.longest_s)


def _check(policy: AppPolicy, source: str) -> None:
    if policy.longest_s <= 0 or policy.kept_days <= 0:
        raise ValueError(f"{source}: longest_s and kept_days are above 0")
    if len({one.issuer for one in policy.app}) != len(policy.app):
        raise ValueError(f"{source}: every issuer stands once")
    for one in policy.app:
        if not (one.issuer and one.audience and one.keys):
            raise ValueError(f"{source}: app {one.issuer!r} needs issuer, audience and at least one key")
        try:
            one.known  # noqa: B018 - reads the keys
        except InvalidInput as error:
            raise ValueError(f"{source}: app {one.issuer!r}: {error}") from None


APPS = PolicyFile("mobilisation.apps", FILE, reader(AppPolicy, _check), "举报入口应用", "Apps that open the report page")
