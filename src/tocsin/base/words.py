"""Words in both languages, as data files of programs hold them; pages have theirs from the locale."""

import msgspec


class Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One word.

    >>> Word("tank", "储罐").in_language("zh")
    '储罐'
    """

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """Chinese for `zh` and what begins so, else English."""
        return self.zh if language.startswith("zh") else self.en
