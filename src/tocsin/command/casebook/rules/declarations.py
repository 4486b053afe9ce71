"""What a warning or an incident has to say beside its level: Emergency Response Law Art. 64 (warning), 72 (response)."""

from dataclasses import asdict, dataclass
from datetime import datetime

from tocsin.command.casebook.rules.cases import DeclarationKind


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Area that may be hit, from when until when, points of caution, measures. `begins_at` None: from the declaration on."""

    area: str
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    cautions: str = ""
    measures: str = ""

    def trimmed(self) -> "Terms":
        """Without blanks around, as long as rows may be."""
        return Terms(
            area=self.area.strip()[:500],
            begins_at=self.begins_at,
            ends_at=self.ends_at,
            cautions=self.cautions.strip()[:2000],
            measures=self.measures.strip()[:2000],
        )

    def values(self) -> dict[str, object]:
        """As fields of a row."""
        return asdict(self)


def missing_terms(kind: DeclarationKind, terms: Terms) -> tuple[str, ...]:
    """What the law asks for and is empty. A warning names caution, too; a response its expected time.

    >>> missing_terms(DeclarationKind.WARNING, Terms(area="Shiniushan Road", measures="cordon"))
    ('ends_at', 'cautions')
    """
    asked = ("area", "ends_at", "cautions", "measures") if kind is DeclarationKind.WARNING else ("area", "ends_at", "measures")
    return tuple(name for name in asked if not getattr(terms, name))


def ends_later(ends_at: datetime | None, before: datetime | None) -> bool:
    """Whether it is prolonged: it ends later than what stands, or what stands had no end."""
    return ends_at is not None and (before is None or ends_at > before)
