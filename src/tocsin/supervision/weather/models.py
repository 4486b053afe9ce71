"""The weather of hours."""

from django.db import models


class WeatherHour(models.Model):
    """The weather of one hour in one region, as a weather service or station tells it; what loads are compared with."""

    id = models.BigAutoField(primary_key=True)
    region_code = models.CharField(max_length=6)
    at = models.DateTimeField()
    temperature_c = models.FloatField(null=True)
    irradiance_w_m2 = models.FloatField(null=True)
    source = models.CharField(max_length=60, blank=True)  # the platform that told it
    received_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["at"]
        constraints = [models.UniqueConstraint(fields=["region_code", "at"], name="one_weather_hour_per_region")]
