import django.db.models.deletion
from django.db import migrations, models

import tocsin.base.ids
import tocsin.sensing.devices.rules
import tocsin.sensing.quarantine.rules


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("sensing", "0001_initial"),
        ("sensing", "0002_quarantine_reasons"),
    ]

    initial = True

    dependencies = [
        ("jurisdiction", "0001_tables"),
        ("lifelines", "0001_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Counter",
            fields=[
                ("name", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("value", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=64, unique=True, verbose_name="code")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("secret_sha256", models.CharField(max_length=64)),
                ("region_code", models.CharField(db_index=True, max_length=6, verbose_name="region")),
                ("enabled", models.BooleanField(default=True)),
                ("last_seen_at", models.DateTimeField(blank=True, null=True)),
                ("messages", models.BigIntegerField(default=0)),
                ("rejected", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "gateway",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="carried",
                        to="sensing.device",
                        verbose_name="gateway",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jurisdiction.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="QuarantinedMessage",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("device_code", models.CharField(blank=True, max_length=64)),
                ("region_code", models.CharField(blank=True, db_index=True, max_length=6)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            (tocsin.sensing.quarantine.rules.Reason["UNREADABLE"], "payload can't be read"),
                            (tocsin.sensing.quarantine.rules.Reason["UNKNOWN_CHANNEL"], "channel is not registered"),
                            (tocsin.sensing.quarantine.rules.Reason["SENSOR_DISABLED"], "sensor is disabled"),
                            (tocsin.sensing.quarantine.rules.Reason["VALUE_UNREADABLE"], "value is no number"),
                            (tocsin.sensing.quarantine.rules.Reason["TIME_UNREADABLE"], "time can't be read"),
                            (tocsin.sensing.quarantine.rules.Reason["TIME_AHEAD"], "time lies ahead"),
                            (tocsin.sensing.quarantine.rules.Reason["TIME_TOO_OLD"], "time is too old"),
                            (tocsin.sensing.quarantine.rules.Reason["TOO_LARGE"], "message is too large"),
                            (tocsin.sensing.quarantine.rules.Reason["FOREIGN_TOPIC"], "topic is not the device's own"),
                            (tocsin.sensing.quarantine.rules.Reason["UNSUPPORTED"], "not supported by the door"),
                            (tocsin.sensing.quarantine.rules.Reason["TOO_MANY"], "more readings than its quota"),
                            (tocsin.sensing.quarantine.rules.Reason["ALREADY_KNOWN"], "another value for a known time"),
                            (tocsin.sensing.quarantine.rules.Reason["LOGIN_REFUSED"], "wrong device code or secret"),
                        ],
                        max_length=30,
                    ),
                ),
                ("door", models.CharField(max_length=10)),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("sample", models.CharField(blank=True, max_length=500)),
                ("count", models.BigIntegerField(default=0)),
                ("first_seen_at", models.DateTimeField()),
                ("last_seen_at", models.DateTimeField()),
                (
                    "device",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="quarantined", to="sensing.device"
                    ),
                ),
            ],
            options={
                "ordering": ("-last_seen_at",),
                "constraints": [
                    models.UniqueConstraint(fields=("device_code", "reason"), name="one_quarantine_row_per_device_and_reason")
                ],
            },
        ),
        migrations.CreateModel(
            name="Sensor",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("index", models.IntegerField(unique=True)),
                ("channel", models.CharField(max_length=64, verbose_name="channel")),
                ("quantity", models.CharField(max_length=40, verbose_name="quantity")),
                ("unit", models.CharField(blank=True, max_length=20, verbose_name="unit as sent")),
                ("name", models.CharField(blank=True, max_length=120, verbose_name="name")),
                ("lon", models.FloatField(verbose_name="longitude")),
                ("lat", models.FloatField(verbose_name="latitude")),
                ("region_code", models.CharField(db_index=True, max_length=6, verbose_name="region")),
                ("interval_s", models.FloatField(default=60.0, verbose_name="interval in seconds")),
                ("resolution", models.FloatField(verbose_name="resolution")),
                ("accuracy", models.FloatField(blank=True, null=True, verbose_name="accuracy")),
                ("profile", models.CharField(blank=True, max_length=60, verbose_name="profile")),
                ("alarm_low", models.FloatField(blank=True, null=True, verbose_name="lower alarm limit")),
                ("alarm_high", models.FloatField(blank=True, null=True, verbose_name="upper alarm limit")),
                ("enabled", models.BooleanField(default=True)),
                (
                    "health",
                    models.CharField(
                        choices=[
                            (tocsin.sensing.devices.rules.Health["UNKNOWN"], "not yet known"),
                            (tocsin.sensing.devices.rules.Health["GOOD"], "good"),
                            (tocsin.sensing.devices.rules.Health["SILENT"], "silent"),
                            (tocsin.sensing.devices.rules.Health["STUCK"], "stuck"),
                            (tocsin.sensing.devices.rules.Health["NOISY"], "noisy"),
                            (tocsin.sensing.devices.rules.Health["OUT_OF_RANGE"], "out of range"),
                            (tocsin.sensing.devices.rules.Health["SATURATED"], "saturated"),
                        ],
                        default=tocsin.sensing.devices.rules.Health["UNKNOWN"],
                        max_length=20,
                    ),
                ),
                ("health_since", models.DateTimeField(blank=True, null=True)),
                ("unknown_because", models.CharField(blank=True, max_length=64)),
                ("last_ts", models.BigIntegerField(blank=True, null=True)),
                ("last_value", models.FloatField(blank=True, null=True)),
                (
                    "asset",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="lifelines.asset",
                        verbose_name="asset",
                    ),
                ),
                (
                    "device",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="sensors", to="sensing.device"),
                ),
            ],
            options={
                "ordering": ("index",),
                "constraints": [models.UniqueConstraint(fields=("device", "channel"), name="one_sensor_per_device_and_channel")],
            },
        ),
    ]
