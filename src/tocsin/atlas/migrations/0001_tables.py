import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tocsin.base.ids


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("atlas", "0001_resources"),
        ("atlas", "0002_exposure"),
        ("atlas", "0003_resource_clocks"),
        ("atlas", "0004_exchange"),
    ]

    initial = True

    dependencies = [
        ("jurisdiction", "0001_tables"),
        ("jurisdiction", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterState",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("mark", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="BodyTable",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("file_name", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("rows", models.JSONField(default=list)),
                ("taken_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("counts", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-at"],
            },
        ),
        migrations.CreateModel(
            name="Contract",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-number"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("way", models.CharField(default="upload", max_length=12)),
                ("file_name", models.CharField(max_length=200)),
                ("layer", models.CharField(blank=True, max_length=120)),
                ("size", models.BigIntegerField()),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField()),
                ("stage", models.CharField(default="arrived", max_length=12)),
                ("verdict", models.CharField(blank=True, max_length=12)),
                ("problem", models.JSONField(default=dict)),
                ("findings", models.JSONField(default=list)),
                ("untold", models.JSONField(default=list)),
                ("rows", models.BigIntegerField(null=True)),
                ("profile", models.BinaryField(null=True)),
                ("version", models.BigIntegerField(null=True)),
                ("landed_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("decided_at", models.DateTimeField(null=True)),
                ("head_told_at", models.DateTimeField(null=True)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="atlas.contract"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["stage", "at"], name="delivery_by_stage")],
            },
        ),
        migrations.CreateModel(
            name="ExposedBody",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("code", models.CharField(max_length=40)),
                ("kind", models.CharField(max_length=24)),
                ("name", models.CharField(max_length=120)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("owner", models.CharField(blank=True, max_length=120)),
                ("contact", models.CharField(blank=True, max_length=60)),
                ("telephone", models.CharField(blank=True, max_length=40)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("shape", models.JSONField(null=True)),
                ("figures", models.JSONField(default=dict)),
                ("people_day", models.PositiveIntegerField(null=True)),
                ("people_night", models.PositiveIntegerField(null=True)),
                ("people_day_off", models.PositiveIntegerField(null=True)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("figures_on", models.DateField()),
                ("active", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "within",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="parts", to="atlas.exposedbody"
                    ),
                ),
            ],
            options={
                "ordering": ["region_code", "code"],
                "indexes": [models.Index(fields=["kind", "region_code"], name="body_by_kind")],
                "constraints": [models.UniqueConstraint(fields=("region_code", "code"), name="one_body_per_code_and_region")],
            },
        ),
        migrations.CreateModel(
            name="BodyFigures",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("figures", models.JSONField(default=dict)),
                ("people_day", models.PositiveIntegerField(null=True)),
                ("people_night", models.PositiveIntegerField(null=True)),
                ("people_day_off", models.PositiveIntegerField(null=True)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("figures_on", models.DateField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="history", to="atlas.exposedbody"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(fields=["body", "at"], name="figures_of_body")],
            },
        ),
        migrations.CreateModel(
            name="PopulationGrid",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("name", models.CharField(blank=True, max_length=200)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("figures_on", models.DateField()),
                ("at", models.DateTimeField()),
                ("cells", models.PositiveIntegerField()),
                ("people_day", models.FloatField()),
                ("people_night", models.FloatField()),
                ("people_day_off", models.FloatField()),
                ("in_force", models.BooleanField(default=False)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("in_force", True)), fields=("region_code",), name="one_grid_in_force"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="PopulationTile",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("x", models.PositiveIntegerField()),
                ("y", models.PositiveIntegerField()),
                ("people", models.BinaryField()),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tiles", to="atlas.populationgrid"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("grid", "y", "x"), name="one_tile_per_place")],
            },
        ),
        migrations.CreateModel(
            name="Resource",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("slug", models.CharField(max_length=60, unique=True)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("theme", models.CharField(blank=True, max_length=40)),
                ("description", models.CharField(blank=True, max_length=500)),
                ("region_code", models.CharField(max_length=6)),
                ("contact", models.CharField(blank=True, max_length=60)),
                ("telephone", models.CharField(blank=True, max_length=40)),
                ("legal_basis", models.CharField(blank=True, max_length=200)),
                ("level", models.CharField(default="inner", max_length=12)),
                ("licence", models.CharField(blank=True, max_length=120)),
                ("cycle_h", models.FloatField(null=True)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("confidence", models.CharField(default="C", max_length=1)),
                ("active", models.BooleanField(default=True)),
                ("rows", models.BigIntegerField(default=0)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("late_since", models.DateTimeField(null=True)),
                ("head_told_at", models.DateTimeField(null=True)),
                ("west", models.FloatField(null=True)),
                ("south", models.FloatField(null=True)),
                ("east", models.FloatField(null=True)),
                ("north", models.FloatField(null=True)),
                ("registered_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "contract",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="atlas.contract"
                    ),
                ),
                (
                    "good",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="atlas.delivery"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["name_zh", "slug"],
                "indexes": [
                    models.Index(fields=["region_code", "theme"], name="resource_by_region"),
                    models.Index(fields=["owner"], name="resource_of_owner"),
                    models.Index(fields=["due_at"], name="resource_by_end"),
                ],
            },
        ),
        migrations.AddField(
            model_name="delivery",
            name="resource",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="deliveries", to="atlas.resource"),
        ),
        migrations.AddField(
            model_name="contract",
            name="resource",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="contracts", to="atlas.resource"),
        ),
        migrations.CreateModel(
            name="SharingAgreement",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("purpose", models.CharField(max_length=500)),
                ("asked_fields", models.JSONField(default=list)),
                ("asked_until", models.DateField()),
                ("fields", models.JSONField(default=list)),
                ("rows", models.CharField(blank=True, max_length=2000)),
                ("until", models.DateField(null=True)),
                ("state", models.CharField(default="asked", max_length=10)),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "consumer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="agreements", to="atlas.resource"
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "indexes": [
                    models.Index(fields=["consumer", "state"], name="agreement_of_consumer"),
                    models.Index(fields=["state", "until"], name="agreement_by_end"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["asked", "granted"])),
                        fields=("resource", "consumer"),
                        name="one_open_agreement_per_body",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CollectionReading",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("hour", models.DateTimeField()),
                ("collection", models.CharField(max_length=100)),
                ("consumer", models.CharField(max_length=50)),
                ("program", models.CharField(blank=True, max_length=120)),
                ("form", models.CharField(max_length=8)),
                ("selection", models.CharField(blank=True, max_length=500)),
                ("digest", models.CharField(max_length=32)),
                ("requests", models.PositiveIntegerField(default=0)),
                ("rows", models.BigIntegerField(default=0)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "resource",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="readings", to="atlas.resource"
                    ),
                ),
                (
                    "agreement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="readings",
                        to="atlas.sharingagreement",
                    ),
                ),
            ],
            options={
                "ordering": ["-last_at", "-id"],
                "indexes": [
                    models.Index(fields=["resource", "-last_at"], name="reading_of_resource"),
                    models.Index(fields=["consumer", "hour"], name="reading_of_consumer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("consumer", "collection", "form", "digest", "hour"), name="one_reading_per_selection_and_hour"
                    )
                ],
            },
        ),
        migrations.AddIndex(
            model_name="delivery",
            index=models.Index(fields=["resource", "landed_at"], name="delivery_by_landing"),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.UniqueConstraint(fields=("resource", "number"), name="one_contract_per_number"),
        ),
    ]
