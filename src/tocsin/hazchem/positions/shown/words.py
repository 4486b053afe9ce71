"""Words for kinds of tags, and why a position is refused."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.base.datums import Datum
from tocsin.hazchem.positions.rules.arriving import Fault
from tocsin.hazchem.positions.rules.tags import TagKind

KIND_NAMES: Final[dict[str, Promise]] = {
    TagKind.STAFF: pgettext_lazy("carries a tag", "the firm's own"),
    TagKind.CONTRACTOR: pgettext_lazy("carries a tag", "contractor"),
    TagKind.VISITOR: pgettext_lazy("carries a tag", "visitor"),
    TagKind.VEHICLE: pgettext_lazy("carries a tag", "vehicle"),
}
FAULT_NAMES: Final[dict[str, Promise]] = {
    Fault.NO_TAG: pgettext_lazy("position refused", "the firm has no such tag: enter it first"),
    Fault.OUT_OF_SERVICE: pgettext_lazy("position refused", "the tag was withdrawn"),
    Fault.NO_PLACE: pgettext_lazy("position refused", "neither lon and lat nor x and y"),
    Fault.NO_PLAN: pgettext_lazy("position refused", "x and y, and the gateway names no plan: enter reference points"),
    Fault.BAD_PLACE: pgettext_lazy("position refused", "these coordinates are no place"),
    Fault.FAR_AWAY: pgettext_lazy("position refused", "too far from every place of the firm: wrong plan or datum"),
    Fault.BAD_ACCURACY: pgettext_lazy("position refused", "the accuracy is negative, or too wide to be a place"),
    Fault.BAD_FIGURE: pgettext_lazy("position refused", "speed or battery are out of their range"),
    Fault.TOO_EARLY: pgettext_lazy("position refused", "its time lies in the future: set the gateway's clock"),
    Fault.TOO_OLD: pgettext_lazy("position refused", "it is too old"),
    Fault.OVER_BUDGET: pgettext_lazy("position refused", "the gateway sends more than its budget: send it again in a minute"),
}
DATUM_NAMES: Final = {Datum.CGCS2000: "WGS 84, CGCS2000", Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}
