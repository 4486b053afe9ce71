"""Assets of the buried networks, and how often each region's network has changed."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id

KIND_NAMES = {
    "manhole": _("manhole"),
    "chamber": _("chamber"),
    "valve": _("valve"),
    "pump_station": _("pumping station"),
    "heat_station": _("heating station"),
    "gas_regulator": _("gas regulator"),
    "substation": _("substation"),
    "building": _("building"),
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


def _language() -> str:
    return "zh" if (get_language() or "zh").startswith("zh") else "en"
