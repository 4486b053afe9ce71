"""Kinds of items as their reader may see them, and as a search finds them."""

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import Person, may, reach
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.policy.classes import classes
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.words import folded


def visible_items(user: Person) -> QuerySet[Item]:
    """The catalogues of the areas that the user sees, and of those above them: what the city keeps, its counties use."""
    condition = Q(pk__in=[])
    for one in reach(user, rights.SEE):
        condition |= Q(region_code__startswith=one.prefix) | Q(region_code__in=_above(one.prefix))
    return Item.objects.filter(condition)


def _above(prefix: str) -> list[str]:
    """The codes of the area itself and of those that govern it.

    >>> _above("370213")
    ['000000', '370000', '370200', '370213']
    """
    return [EVERYWHERE, *(prefix[:length].ljust(6, "0") for length in range(2, len(prefix[:6]) + 1, 2))]


def found_items(user: Person, *, search: str = "", category: str = "", closed: bool = False) -> QuerySet[Item]:
    """The catalogue by code. Each word of a search may be part of a name, of its pinyin or first letters, or of the code."""
    rows = visible_items(user)
    if not closed:
        rows = rows.filter(active=True)
    if category:
        rows = rows.filter(category=category)
    for word in search.split():
        rows = rows.filter(search__contains=folded(word) or word)
    return rows.order_by("code", "id")


def may_lead(user: Person, item: Item) -> bool:
    """Whether the user keeps this entry."""
    return may(user, rights.LEAD, item.region_code)


def category_choices() -> list[tuple[str, str, str]]:
    """Code, Chinese and English name of the province's categories."""
    return [(one.code, one.zh, one.en) for one in classes().of("province").values()]


def item_by_words(user: Person, words: str) -> Item | None:
    """The item that a person typed: its code, alone or before its name, or words that only one item answers to."""
    code = words.split(maxsplit=1)[0] if words.split() else ""
    by_code = list(visible_items(user).filter(code=code, active=True)[:2])
    found = by_code or list(found_items(user, search=words)[:2])
    return found[0] if len(found) == 1 else None
