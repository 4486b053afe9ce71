"""A public warning in words: level, state, place and hours; as GeoJSON for maps."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import shapely
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.public_warnings.queries.warnings import places_of, seen_hash, shape_of_unit
from tocsin.mobilisation.public_warnings.rules.places import shape_of
from tocsin.mobilisation.public_warnings.rules.states import FROZEN, LANGUAGES, LEVELS, NUMBERS, WarningState, lacking_texts
from tocsin.screens.geojson import Features, drawn, features
from tocsin.screens.words import short_moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tocsin.mobilisation.public_warnings.models import PublicWarning

LEVEL_NAMES: Final[dict[str, Promise]] = {
    "red": pgettext_lazy("level of a public warning", "red, level 1"),
    "orange": pgettext_lazy("level of a public warning", "orange, level 2"),
    "yellow": pgettext_lazy("level of a public warning", "yellow, level 3"),
    "blue": pgettext_lazy("level of a public warning", "blue, level 4"),
}
STATE_NAMES: Final[dict[str, Promise]] = {
    WarningState.DRAFT: pgettext_lazy("public warning", "draft"),
    WarningState.ASKED: pgettext_lazy("public warning", "waits for the second person"),
    WarningState.ISSUED: pgettext_lazy("public warning", "in force"),
    WarningState.REPLACED: pgettext_lazy("public warning", "replaced by an update"),
    WarningState.CANCELLED: pgettext_lazy("public warning", "cancelled"),
    WarningState.EXPIRED: pgettext_lazy("public warning", "expired"),
    WarningState.DROPPED: pgettext_lazy("public warning", "given up"),
}
TYPE_NAMES: Final[dict[str, Promise]] = {
    "Alert": pgettext_lazy("type of a public warning", "warning"),
    "Update": pgettext_lazy("type of a public warning", "update"),
    "Cancel": pgettext_lazy("type of a public warning", "all clear"),
}
_COARSEST, _FINEST = 0.0002, 1 / 600  # how far a line on the map may lie from the truth: degrees, and share of the area
CSS: Final = {"draft": "warn", "asked": "warn", "issued": "bad"}


class TextsOut(Schema):
    """What the public reads, in one language."""

    language: str
    headline: str
    caution: str
    measures: str
    area: str
    lacking: list[str] = Field(description="texts that are empty; such a language is not sent")


class WarningOut(Schema):
    """A public warning. Times in UTC."""

    id: UUID
    region_code: str
    organisation: str
    kind: str
    kind_name: str
    level: str
    level_name: str
    number: int = Field(description="on the scale of warnings: 1 is the highest")
    exercise: bool
    msg_type: str
    type_name: str
    state: str
    state_name: str
    headline: str
    texts: list[TextsOut]
    places: list[dict[str, Any]]
    onset_at: datetime | None
    expires_at: datetime
    earlier_id: UUID | None
    source_kind: str
    source_id: UUID | None
    source_label: str
    created_at: datetime
    asked_at: datetime | None
    issued_at: datetime | None
    ended_at: datetime | None
    returned_reason: str
    sha256: str
    seen: str = Field(description="of what stands there now: issuing it may ask for that")

    @property
    def level_class(self) -> str:
        """How a page colours it."""
        return self.level

    @property
    def css(self) -> str:
        """How a page marks its state."""
        return CSS.get(self.state, "")

    @property
    def frozen(self) -> bool:
        """Whether its bytes are out."""
        return self.state in FROZEN


def describe_warning(warning: "PublicWarning") -> WarningOut:
    """One of them, in the reader's language."""
    lacking = lacking_texts(warning.texts)
    texts = [_texts(warning, language, lacking.get(language, ())) for language in LANGUAGES]
    return WarningOut(
        id=warning.pk,
        region_code=warning.region_code,
        organisation=str(warning.organisation or ""),
        kind=warning.kind,
        kind_name=kind_name(warning.region_code, warning.kind),
        level=warning.level,
        level_name=str(LEVEL_NAMES[warning.level]),
        number=NUMBERS[warning.level],
        exercise=warning.exercise,
        msg_type=warning.msg_type,
        type_name=str(TYPE_NAMES[warning.msg_type]),
        state=warning.state,
        state_name=str(STATE_NAMES[warning.state]),
        headline=headline_of(warning),
        texts=texts,
        places=warning.places,
        onset_at=warning.onset_at,
        expires_at=warning.expires_at,
        earlier_id=warning.earlier_id,
        source_kind=warning.source_kind,
        source_id=warning.source_id,
        source_label=warning.source_label,
        created_at=warning.created_at,
        asked_at=warning.asked_at,
        issued_at=warning.issued_at,
        ended_at=warning.ended_at,
        returned_reason=warning.returned_reason,
        sha256=warning.cap_sha256,
        seen=seen_hash(warning),
    )


def texts_for_reader(warning: "PublicWarning") -> TextsOut:
    """In the reader's language where it is whole, else in the other one."""
    lacking = lacking_texts(warning.texts)
    first = "zh" if (get_language() or "zh").startswith("zh") else "en"
    language = next((one for one in (first, *LANGUAGES) if one not in lacking), first)
    return _texts(warning, language, lacking.get(language, ()))


def headline_of(warning: "PublicWarning") -> str:
    """In the reader's language, or in the other; the kind where nobody has written one."""
    told = texts_for_reader(warning).headline or str(warning)
    return told if told != str(warning.pk) else kind_name(warning.region_code, warning.kind)


def kind_name(region_code: str, kind: str) -> str:
    """The kind in the reader's language; its code where policy no longer knows it."""
    known = warning_policy(region_code).kind.get(kind)
    if known is None:
        return kind
    return known.zh if (get_language() or "zh").startswith("zh") else known.en


def warning_features(warnings: "Iterable[PublicWarning]", address: str, others: "Features | None" = None) -> Features:
    """GeoJSON of the areas, one feature a warning; `address`: the name of the page behind each. `others`: lie beneath."""
    found = list(others["features"]) if others else []
    for warning in warnings:
        shapes = [shape_of(place, shape_of_unit) for place in places_of(warning)]
        shapes = [shape for shape in shapes if not shape.is_empty]
        if not shapes:
            continue
        whole = shapely.union_all(shapes)
        west, south, east, north = whole.bounds
        geometry = whole.simplify(min(_COARSEST, _FINEST * max(east - west, north - south)))
        told = drawn(
            shapely.geometry.mapping(geometry),
            name=headline_of(warning),
            words=f"{LEVEL_NAMES[warning.level]} · {until_words(warning.expires_at)}",
            url=reverse(address, args=[warning.pk]),
            shape=warning.level,
            id=str(warning.pk),
            drill=warning.exercise,
        )
        found.append(told)
    return features(found)


def until_words(expires_at: datetime) -> str:
    """How long a warning holds, by the clock on the wall."""
    return gettext("until %(time)s") % {"time": short_moment(expires_at)}


def map_texts() -> dict[str, str]:
    """For web/src/warning-map.ts."""
    return {
        "map_failed": gettext("The map can't be shown just now; the text says the same."),
        "map_zoom": gettext("Hold Ctrl (⌘) and scroll to zoom the map"),
        "map_move": gettext("Move the map with two fingers"),
    }


def level_choices() -> list[tuple[str, Promise]]:
    """For forms, the highest first."""
    return [(level, LEVEL_NAMES[level]) for level in LEVELS]


def _texts(warning: "PublicWarning", language: str, lacking: "Iterable[str]") -> TextsOut:
    told = warning.texts.get(language, {})
    return TextsOut(
        language=language,
        headline=told.get("headline", ""),
        caution=told.get("caution", ""),
        measures=told.get("measures", ""),
        area=told.get("area", ""),
        lacking=list(lacking),
    )
