"""What the handbook consists of, and for whom each chapter was written."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from tocsin.jurisdiction.rights.rules import Permission


@dataclass(frozen=True)
class Chapter:
    """One file a language: `chapters/<slug>.<language>.md`. `permission`: who holds it somewhere finds it first."""

    slug: str
    title: "StrPromise"
    icon: str
    permission: "Permission"


CHAPTERS: Final = (
    Chapter("duty-officer", pgettext_lazy("handbook", "Duty officers"), "bell", "duty.keep"),
    Chapter("crew", pgettext_lazy("handbook", "Utility crews and their desks"), "route", "orders.work"),
    Chapter("inspector", pgettext_lazy("handbook", "Inspectors and supervisors"), "check-check", "inspections.work"),
    Chapter("firm", pgettext_lazy("handbook", "Safety officers of enterprises"), "building-2", "firm.work"),
    Chapter("administrator", pgettext_lazy("handbook", "Administrators"), "settings", "system.see"),
)


@dataclass(frozen=True)
class TourStep:
    """One stop of a tour: the page by its name in the map of addresses, the part of it that matters (a CSS selector), and what is
    to be seen, in both languages. `then`: of the last stop the page on which the reader goes on, with what is pressed.
    """

    page: str
    at: str
    zh: str
    en: str
    then: str = ""
    then_zh: str = ""
    then_en: str = ""
