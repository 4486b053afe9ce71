"""Organisations and their competences as rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tocsin.base.ids import new_id
from tocsin.jurisdiction.areas.models import Region, reads_chinese

ORGANISATION_KINDS = {
    "owner": _("owner of a network or building"),
    "department": _("department"),
    "government": _("government"),
    "rescue": _("rescue"),
    "police": _("traffic police"),
    "centre": _("monitoring centre"),
    "enterprise": _("enterprise"),
    "other": _("other"),
}


class Organisation(models.Model):
    """A body that owns, watches or governs something in one region; `code` is the owner's name in data (gas_company)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.SlugField(max_length=60, verbose_name=_("code"))
    name_zh = models.CharField(max_length=120, verbose_name=_("Chinese name"))
    name_en = models.CharField(max_length=120, verbose_name=_("English name"))
    kind = models.CharField(max_length=30, choices=ORGANISATION_KINDS)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="organisations", verbose_name=_("region"))
    telephone = models.CharField(max_length=40, blank=True, verbose_name=_("telephone"))  # of its desk
    superior = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="subordinates")
    has_desk = models.BooleanField(default=False)

    class Meta:
        ordering = ["region_id", "code"]
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="one_organisation_per_code_and_region")]

    def __str__(self) -> str:
        return self.name_zh if reads_chinese() else self.name_en


class Duty(models.Model):
    """As what an organisation is called, for which subject (a lifeline or a trade; neither: for all), where and when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="duties")
    kind = models.CharField(max_length=30, choices=ORGANISATION_KINDS)
    lifeline = models.CharField(max_length=30, blank=True)
    trade = models.CharField(max_length=60, blank=True)
    area_code = models.CharField(max_length=12)
    hours = models.CharField(max_length=200, blank=True)  # as `rules.hours.WeekHours` reads them
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "lifeline", "trade", "area_code"]
        constraints = [
            models.CheckConstraint(condition=models.Q(lifeline="") | models.Q(trade=""), name="duty_for_a_lifeline_or_a_trade")
        ]
        indexes = [models.Index(fields=["kind", "lifeline", "area_code"], name="duty_by_subject")]
