"""Words in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One text in both languages."""

    zh: str
    en: str

    def told(self, language: str) -> str:
        """The text in the reader's language."""
        return self.zh if language.startswith("zh") else self.en
