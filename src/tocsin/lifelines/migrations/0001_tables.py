import django.db.models.deletion
from django.db import migrations, models

import tocsin.base.ids


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("lifelines", "0001_initial"),
    ]

    initial = True

    dependencies = [
        ("jurisdiction", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="NetworkVersion",
            fields=[
                ("region_code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField(default=0)),
                ("changed_at", models.DateTimeField()),
                ("importing_until", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Asset",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=60)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("manhole", "manhole"),
                            ("chamber", "chamber"),
                            ("valve", "valve"),
                            ("pump_station", "pumping station"),
                            ("heat_station", "heating station"),
                            ("gas_regulator", "gas regulator"),
                            ("substation", "substation"),
                            ("building", "building"),
                            ("gas_main", "gas main"),
                            ("heat_main_supply", "heating main, supply"),
                            ("heat_main_return", "heating main, return"),
                            ("water_main", "water main"),
                            ("sewer", "sewer"),
                            ("storm_drain", "storm drain"),
                            ("power_cable", "power cable"),
                            ("telecom_duct", "telecom duct"),
                        ],
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("owner_code", models.CharField(blank=True, max_length=60)),
                ("region_code", models.CharField(db_index=True, max_length=6)),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("geometry", models.JSONField()),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("from_code", models.CharField(blank=True, max_length=60)),
                ("to_code", models.CharField(blank=True, max_length=60)),
                ("depth_m", models.FloatField(blank=True, null=True, verbose_name="depth")),
                ("installed", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="year of installation")),
                ("diameter_mm", models.FloatField(blank=True, null=True, verbose_name="diameter")),
                ("material", models.CharField(blank=True, max_length=60, verbose_name="material")),
                ("nominal_pressure_kpa", models.FloatField(blank=True, null=True, verbose_name="nominal pressure")),
                ("ground_elevation_m", models.FloatField(blank=True, null=True, verbose_name="ground elevation")),
                ("street", models.CharField(blank=True, max_length=120, verbose_name="street")),
                ("utility", models.CharField(blank=True, max_length=20, verbose_name="utility")),
                ("use", models.CharField(blank=True, max_length=40, verbose_name="use")),
                ("buried", models.BooleanField(default=False)),
                ("properties", models.JSONField(blank=True, default=dict)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jurisdiction.organisation",
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "ordering": ["region_code", "code"],
                "constraints": [models.UniqueConstraint(fields=("region_code", "code"), name="one_asset_per_code_and_region")],
            },
        ),
    ]
