"""Files of large selections as their asker and programs read them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.atlas.exchange.models import SelectionFile
from tocsin.atlas.exchange.rules.selection_files import WAITING, FileState, Trouble

STATE_NAMES: Final[dict[FileState, Promise]] = {
    FileState.ASKED: pgettext_lazy("selection file", "waits"),
    FileState.MAKING: pgettext_lazy("selection file", "being made"),
    FileState.READY: pgettext_lazy("selection file", "ready"),
    FileState.FAILED: pgettext_lazy("selection file", "not made"),
    FileState.DROPPED: pgettext_lazy("selection file", "dropped"),
    FileState.LAPSED: pgettext_lazy("selection file", "lapsed"),
}
TROUBLE_WORDS: Final[dict[Trouble, Promise]] = {
    Trouble.RIGHTS: _("Your rights to read it have changed: ask for it anew."),
    Trouble.SPENT: _("You had read your rows of the day: ask for it anew tomorrow."),
    Trouble.QUESTION: _("The selection does not fit the collection any more: select anew."),
    Trouble.ROWS: _("There are more rows now than a file of this form holds: select less."),
    Trouble.BYTES: _("The file grew beyond what one may take: select less, or fewer properties."),
    Trouble.NO_ROOM: _("There was no room on the disk: come again later, or tell your administrator."),
    Trouble.BROKEN: _("It was begun several times in vain: select less, or tell your administrator."),
}
FORM_NAMES: Final = {"csv": "CSV", "gpkg": "GeoPackage", "xlsx": "Excel", "geojson": "GeoJSON", "shp": "Shapefile"}
BADGES: Final = {FileState.READY: "good", FileState.FAILED: "bad", FileState.MAKING: "blue"}


class SelectionFileOut(Schema):
    """A large selection that is written into a file for you."""

    id: UUID
    collection: str
    title: str
    form: str = Field(description="csv, gpkg, xlsx, geojson, shp")
    selection: str = Field(description="in a line; empty: everything")
    state: str = Field(description="asked, making, ready, failed, dropped, lapsed")
    state_name: str
    trouble: str = Field(description="why it was not made; empty: it was, or is still to be")
    trouble_words: str
    rows: int
    written: int
    size: int = Field(description="bytes")
    asked_at: datetime
    ended_at: datetime | None
    lapses_at: datetime | None = Field(description="when the bytes go")
    content: str = Field(description="address of the bytes; empty: there are none")
    badge: str
    is_open: bool = Field(description="it waits or is being made")

    @property
    def percent(self) -> int:
        """How far it has come."""
        return min(100, 100 * self.written // self.rows) if self.rows else 0

    @property
    def form_name(self) -> str:
        """The form as people name it."""
        return FORM_NAMES[self.form]


def describe_file(one: SelectionFile) -> SelectionFileOut:
    """One file in the reader's language."""
    state = FileState(one.state)
    shown = {name: value for name, value in one.asked.items() if name not in ("limit", "crs", "f")}
    return SelectionFileOut(
        id=one.pk,
        collection=one.collection,
        title=one.title,
        form=one.form,
        selection=" ".join(f"{name}={value}" for name, value in shown.items()),
        state=state.value,
        state_name=str(STATE_NAMES[state]),
        trouble=one.trouble,
        trouble_words=str(TROUBLE_WORDS[Trouble(one.trouble)]) if one.trouble else "",
        rows=one.rows,
        written=one.written,
        size=one.size,
        asked_at=one.asked_at,
        ended_at=one.ended_at,
        lapses_at=one.lapses_at,
        content=reverse("selection_file_content", args=[one.pk]) if state is FileState.READY else "",
        badge=BADGES.get(state, ""),
        is_open=state in WAITING,
    )
