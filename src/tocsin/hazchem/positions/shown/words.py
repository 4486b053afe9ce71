"""Words for kinds of tags and datums."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tocsin.base.datums import Datum
from tocsin.hazchem.positions.rules.tags import TagKind

KIND_NAMES: Final[dict[str, Promise]] = {
    TagKind.STAFF: pgettext_lazy("carries a tag", "the firm's own"),
    TagKind.CONTRACTOR: pgettext_lazy("carries a tag", "contractor"),
    TagKind.VISITOR: pgettext_lazy("carries a tag", "visitor"),
    TagKind.VEHICLE: pgettext_lazy("carries a tag", "vehicle"),
}
DATUM_NAMES: Final = {Datum.CGCS2000: "WGS 84, CGCS2000", Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}
