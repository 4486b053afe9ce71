"""Administrative areas as rows."""

from django.db import models
from django.utils.translation import get_language

from tocsin.jurisdiction.areas.rules.romanised import romanised


class Region(models.Model):
    """An administrative area of GB/T 2260, or a functional zone (statistical code: not for messages to national systems)."""

    code = models.CharField(max_length=6, primary_key=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=100)
    level = models.CharField(max_length=10)  # everywhere, province, city, county
    kind = models.CharField(max_length=30)  # district, county-level city, county, functional zone, ...

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name_zh if reads_chinese() else self.name_en


class Town(models.Model):
    """A street or town by its statistical code of nine digits, which begins with the code of its area.

    No list gives it an English name.
    """

    code = models.CharField(max_length=9, primary_key=True)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="towns")
    name_zh = models.CharField(max_length=60)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return town_name(self.name_zh)


def town_name(name_zh: str) -> str:
    """What the reader of this request calls a town."""
    return name_zh if reads_chinese() else romanised(name_zh)


def reads_chinese() -> bool:
    """Whether the reader of this request gets Chinese names."""
    return (get_language() or "zh").startswith("zh")
