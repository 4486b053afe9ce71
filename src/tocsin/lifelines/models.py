"""Assets of the buried networks, and how often each region's network has changed."""

from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id
from tocsin.lifelines.rules.edits import CorrectionState

KIND_NAMES = {
    "manhole": _("manhole"),
    "chamber": _("chamber"),
    "valve": _("valve"),
    "pump_station": _("pumping station"),
    "heat_station": _("heating station"),
    "gas_regulator": _("gas regulator"),
    "substation": _("substation"),
    "building": _("building"),
    "junction": pgettext_lazy("network", "junction"),
    "gas_main": _("gas main"),
    "heat_main_supply": _("heating main, supply"),
    "heat_main_return": _("heating main, return"),
    "water_main": _("water main"),
    "sewer": _("sewer"),
    "storm_drain": _("storm drain"),
    "power_cable": _("power cable"),
    "telecom_duct": _("telecom duct"),
}


class Asset(models.Model):
    """One manhole, chamber, station, premises, pipe, cable or duct. `code` is the owner's id, unique within the region.

    `geometry` is a GeoJSON Point or LineString in WGS84; `lon`, `lat` its middle. `from_code`, `to_code` name the
    ends of a line; drains flow from the first to the second. `properties` keeps what the source told beyond the
    columns.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=KIND_NAMES, verbose_name=_("kind"))
    owner = models.ForeignKey(
        "jurisdiction.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("owner")
    )
    owner_code = models.CharField(max_length=60, blank=True)
    region_code = models.CharField(max_length=6, db_index=True)
    name = models.CharField(max_length=120, blank=True, verbose_name=_("name"))
    geometry = models.JSONField()
    lon = models.FloatField()
    lat = models.FloatField()
    from_code = models.CharField(max_length=60, blank=True)
    to_code = models.CharField(max_length=60, blank=True)
    depth_m = models.FloatField(null=True, blank=True, verbose_name=_("depth"))
    installed = models.PositiveSmallIntegerField(null=True, blank=True, verbose_name=_("year of installation"))
    diameter_mm = models.FloatField(null=True, blank=True, verbose_name=_("diameter"))
    material = models.CharField(max_length=60, blank=True, verbose_name=_("material"))
    nominal_pressure_kpa = models.FloatField(null=True, blank=True, verbose_name=_("nominal pressure"))
    ground_elevation_m = models.FloatField(null=True, blank=True, verbose_name=_("ground elevation"))
    street = models.CharField(max_length=120, blank=True, verbose_name=_("street"))
    utility = models.CharField(max_length=20, blank=True, verbose_name=_("utility"))
    use = models.CharField(max_length=40, blank=True, verbose_name=_("use"))
    buried = models.BooleanField(default=False)
    properties = models.JSONField(default=dict, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)  # when a file last said something of it

    class Meta:
        ordering = ["region_code", "code"]
        constraints = [models.UniqueConstraint(fields=["region_code", "code"], name="one_asset_per_code_and_region")]

    def __str__(self) -> str:
        return self.properties.get(f"name_{_language()}") or self.name or self.code

    @property
    def street_name(self) -> str:
        """The street in the reader's language where the source names it in both (`street_zh`, `street_en`), else as
        it is.
        """
        return str(self.properties.get(f"street_{_language()}") or self.street)


class NetworkVersion(models.Model):
    """Counts the imports of one region, so that every process knows when its own copy of the network is old.

    `importing_until` is set while an import runs, and is in the past where one was interrupted and waits to be completed.
    """

    region_code = models.CharField(max_length=6, primary_key=True)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()
    importing_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.region_code} {self.version}"


VALUES: Final = (
    *("kind", "owner_code", "name", "geometry", "from_code", "to_code", "depth_m", "installed", "diameter_mm", "material"),
    *("nominal_pressure_kpa", "ground_elevation_m", "street", "utility", "use", "buried", "properties"),
)
"""Columns of an asset that an edit may change, and that its history keeps."""


class AssetChange(models.Model):
    """What one edit did with one asset. `before` and `after` hold `VALUES`; None where there was, or is, no such asset.

    Changes of one act (a point moved with the ends of its lines, a line split) share their `edit`. `taken_back` is the edit that
    undid them. Imports are no edits: the register of imports keeps theirs.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    edit = models.UUIDField(db_index=True)
    region_code = models.CharField(max_length=6)
    asset_id = models.UUIDField(db_index=True)
    asset_code = models.CharField(max_length=60)
    act = models.CharField(max_length=20)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    taken_back = models.UUIDField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["region_code", "-made_at"], name="asset_change_by_time")]

    def __str__(self) -> str:
        return f"{self.asset_code} {self.act}"


class NetworkCorrection(models.Model):
    """Somebody on site says what is otherwise there than in the register, and the owner answers. `lon`, `lat`: where it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    region_code = models.CharField(max_length=6)
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    asset_code = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey("jurisdiction.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    text = models.CharField(max_length=500)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    state = models.CharField(max_length=20, default=CorrectionState.OPEN.value)
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    edit = models.UUIDField(null=True, blank=True)  # what it changed at once, where it could

    class Meta:
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["region_code", "state"], name="correction_by_state")]

    def __str__(self) -> str:
        return self.text


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
