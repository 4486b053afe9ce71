"""How a Chinese name is typed on a Latin keyboard: the only module that knows the dictionary of pinyin."""

from tocsin.supplies.catalogue.rules.words import folded


def spoken(name: str) -> tuple[str, str]:
    """Whole pinyin and first letters of a name, with what is not Chinese as it stands.

    >>> spoken("棉被"), spoken("N95口罩")
    (('mianbei', 'mb'), ('n95kouzhao', 'n95kz'))
    """
    import pypinyin  # a quarter of a second and some MB, which only those pay who write names

    bare = folded(name)
    whole = "".join(pypinyin.lazy_pinyin(bare))
    first = "".join(pypinyin.lazy_pinyin(bare, style=pypinyin.Style.FIRST_LETTER))
    return folded(whole), folded(first)
