import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import tocsin.base.ids


class Migration(migrations.Migration):
    """All tables as of 28 November 2026, in one."""

    replaces = [
        ("supplies", "0001_supplies"),
        ("supplies", "0002_waiting"),
        ("supplies", "0003_same_goods"),
        ("supplies", "0004_keeping"),
        ("supplies", "0005_requests"),
    ]

    initial = True

    dependencies = [
        ("jurisdiction", "0001_tables"),
        ("jurisdiction", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=50, unique=True)),
                ("lead_h", models.PositiveIntegerField(default=0)),
                ("state", models.CharField(default="reserved", max_length=12)),
                ("version", models.PositiveIntegerField(default=0)),
                ("made_at", models.DateTimeField()),
                ("way_min", models.FloatField(default=0)),
                ("expected_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("late_told_at", models.DateTimeField(null=True)),
                ("driver", models.CharField(blank=True, max_length=60)),
                ("driver_telephone", models.CharField(blank=True, max_length=40)),
                ("vehicle", models.CharField(blank=True, max_length=40)),
                ("handed_over_at", models.DateTimeField(null=True)),
                ("return_by", models.DateTimeField(null=True)),
                ("return_told_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["made_at", "number"],
                "indexes": [models.Index(fields=["state", "due_at"], name="delivery_by_due")],
            },
        ),
        migrations.CreateModel(
            name="RequestBook",
            fields=[
                ("key", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("last", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="CatalogueTable",
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
            name="Item",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=12)),
                ("class_code", models.CharField(max_length=7)),
                ("category", models.CharField(max_length=4)),
                ("resource_class", models.CharField(blank=True, max_length=8)),
                ("survey_class", models.CharField(blank=True, max_length=8)),
                ("region_code", models.CharField(max_length=6)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=120)),
                ("synonyms", models.CharField(blank=True, max_length=500)),
                ("search", models.TextField()),
                ("unit_zh", models.CharField(max_length=20)),
                ("unit_en", models.CharField(blank=True, max_length=20)),
                ("pieces_per_unit", models.PositiveIntegerField(default=1000)),
                ("pack", models.CharField(blank=True, max_length=60)),
                ("shelf_life_months", models.PositiveSmallIntegerField(null=True)),
                ("perishable", models.BooleanField(default=False)),
                ("storage", models.CharField(blank=True, max_length=120)),
                ("inspect_every_months", models.PositiveSmallIntegerField(default=12)),
                ("upkeep", models.CharField(blank=True, max_length=200)),
                ("kit_expiry", models.CharField(default="soonest", max_length=10)),
                ("confidence", models.CharField(default="C", max_length=1)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("active", models.BooleanField(default=True)),
                ("used_at", models.DateTimeField(null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ["code"],
                "indexes": [models.Index(fields=["category", "code"], name="item_by_category")],
                "constraints": [models.UniqueConstraint(fields=("region_code", "code"), name="one_item_per_code_and_region")],
            },
        ),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=60)),
                ("reserve", models.CharField(max_length=12)),
                ("level", models.CharField(max_length=12)),
                ("lead_time_h", models.PositiveIntegerField(default=0)),
                ("maker", models.CharField(blank=True, max_length=120)),
                ("made_on", models.DateField(null=True)),
                ("expires_on", models.DateField(null=True)),
                ("recalled_at", models.DateTimeField(null=True)),
                ("recall_reason", models.CharField(blank=True, max_length=300)),
                ("compared_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "counted_as",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="reports", to="supplies.lot"
                    ),
                ),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supplies.item")),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["number", "id"],
                "indexes": [
                    models.Index(condition=models.Q(("compared_at", None)), fields=["created_at"], name="lot_to_compare")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "number", "owner", "reserve", "level"), name="one_lot_per_number_and_owner"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("category", models.CharField(max_length=4)),
                ("reserve", models.CharField(max_length=12)),
                ("level", models.CharField(max_length=12)),
                ("expires_on", models.DateField(null=True)),
                ("received_on", models.DateField()),
                ("bay", models.CharField(blank=True, max_length=40)),
                ("pieces_per_unit", models.PositiveIntegerField()),
                ("free", models.BigIntegerField(default=0)),
                ("reserved", models.BigIntegerField(default=0)),
                ("in_transit", models.BigIntegerField(default=0)),
                ("returned", models.BigIntegerField(default=0)),
                ("in_repair", models.BigIntegerField(default=0)),
                ("expired", models.BigIntegerField(default=0)),
                ("overdue", models.BigIntegerField(default=0)),
                ("blocked", models.BooleanField(default=False)),
                ("counted", models.BooleanField(default=True)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jurisdiction.organisation",
                    ),
                ),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supplies.item")),
                (
                    "lot",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="holdings", to="supplies.lot"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["region_code", "item"], name="holding_by_region_and_item"),
                    models.Index(fields=["item", "region_code"], name="holding_by_item_and_region"),
                    models.Index(condition=models.Q(("free__gt", 0)), fields=["expires_on"], name="holding_by_expiry"),
                    models.Index(condition=models.Q(("expired__gt", 0)), fields=["region_code"], name="holding_past_its_day"),
                    models.Index(condition=models.Q(("returned__gt", 0)), fields=["region_code"], name="holding_that_came_back"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expired__gte", 0),
                            ("free__gte", 0),
                            ("in_repair__gte", 0),
                            ("in_transit__gte", 0),
                            ("overdue__gte", 0),
                            ("reserved__gte", 0),
                            ("returned__gte", 0),
                        ),
                        name="no_holding_below_zero",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Movement",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("kind", models.PositiveSmallIntegerField()),
                ("region_code", models.CharField(max_length=6)),
                ("at", models.DateTimeField()),
                ("written_at", models.DateTimeField()),
                ("document", models.CharField(blank=True, max_length=60)),
                ("partner", models.CharField(blank=True, max_length=120)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("key", models.CharField(blank=True, max_length=80)),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="followed_by", to="supplies.movement"
                    ),
                ),
            ],
            options={
                "ordering": ["-at", "-id"],
                "indexes": [models.Index(condition=models.Q(("kind", 4)), fields=["region_code"], name="movement_on_its_way")],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("kind", models.PositiveSmallIntegerField()),
                ("source", models.PositiveSmallIntegerField()),
                ("target", models.PositiveSmallIntegerField()),
                ("amount", models.BigIntegerField()),
                (
                    "holding",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="supplies.holding"
                    ),
                ),
                (
                    "movement",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="supplies.movement"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["holding", "at"], name="line_of_holding"),
                    models.Index(fields=["at"], name="line_by_time"),
                ],
                "constraints": [models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="line_moves_something")],
            },
        ),
        migrations.CreateModel(
            name="PeopleAtRisk",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("hazard", models.CharField(max_length=12)),
                ("people", models.PositiveIntegerField()),
                ("source", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["region_code", "hazard"],
                "constraints": [models.UniqueConstraint(fields=("region_code", "hazard"), name="people_at_risk_once")],
            },
        ),
        migrations.CreateModel(
            name="Plan",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("request_id", models.UUIDField(db_index=True)),
                ("region_code", models.CharField(max_length=6)),
                ("kind", models.CharField(max_length=10)),
                ("state", models.CharField(default="asked", max_length=10)),
                ("wishes", models.JSONField(default=list)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("roads", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField()),
                ("worked_at", models.DateTimeField(null=True)),
                ("arrival_min", models.FloatField(default=0)),
                ("cost", models.FloatField(default=0)),
                ("missing", models.JSONField(default=list)),
                ("short", models.JSONField(default=list)),
                ("stages", models.JSONField(default=list)),
                ("helpers", models.JSONField(default=list)),
                ("closed", models.JSONField(default=list)),
                ("by_hand", models.BooleanField(default=False)),
                ("seconds", models.FloatField(default=0)),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["asked_at", "id"],
                "indexes": [models.Index(fields=["state", "asked_at"], name="supply_plan_to_work_out")],
            },
        ),
        migrations.CreateModel(
            name="PlanLine",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("need_id", models.UUIDField()),
                ("amount", models.BigIntegerField()),
                ("minutes", models.FloatField()),
                (
                    "holding",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supplies.holding"),
                ),
                (
                    "plan",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="supplies.plan"),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="RequestLine",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                ("computed", models.BigIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "instead_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="substitutes",
                        to="supplies.requestline",
                    ),
                ),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supplies.item")),
            ],
            options={
                "ordering": ["item__code", "id"],
            },
        ),
        migrations.CreateModel(
            name="DeliveryLine",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                ("picked", models.BigIntegerField(null=True)),
                ("received", models.BigIntegerField(null=True)),
                ("used", models.BigIntegerField(default=0)),
                ("returned", models.BigIntegerField(default=0)),
                (
                    "delivery",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="supplies.delivery"),
                ),
                (
                    "holding",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supplies.holding"),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="supplies.requestline"
                    ),
                ),
            ],
            options={
                "ordering": ["holding__item__code", "id"],
            },
        ),
        migrations.CreateModel(
            name="Reservation",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("purpose", models.CharField(max_length=200)),
                ("region_code", models.CharField(max_length=6)),
                ("state", models.CharField(max_length=12)),
                ("until", models.DateTimeField()),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "indexes": [models.Index(fields=["state", "until"], name="reservation_by_end")],
            },
        ),
        migrations.CreateModel(
            name="Promise",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("amount", models.BigIntegerField()),
                (
                    "holding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="promises", to="supplies.holding"
                    ),
                ),
                (
                    "reservation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="promises", to="supplies.reservation"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("reservation", "holding"), name="one_promise_per_reservation_and_holding"),
                    models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="no_promise_below_zero"),
                ],
            },
        ),
        migrations.AddField(
            model_name="movement",
            name="reservation",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="supplies.reservation"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="reservation",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supplies.reservation"),
        ),
        migrations.CreateModel(
            name="SameGoods",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("standing", models.CharField(max_length=8)),
                ("probability", models.FloatField()),
                ("bars", models.JSONField(default=list)),
                ("judged_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=300)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("first", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="supplies.lot")),
                ("second", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="supplies.lot")),
            ],
            options={
                "ordering": ["-probability", "id"],
                "indexes": [models.Index(fields=["standing", "region_code"], name="same_goods_by_standing")],
                "constraints": [models.UniqueConstraint(fields=("first", "second"), name="one_verdict_per_pair_of_lots")],
            },
        ),
        migrations.CreateModel(
            name="Shortage",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("minimum", models.BigIntegerField()),
                ("available", models.BigIntegerField()),
                ("since", models.DateTimeField()),
                ("item", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="supplies.item")),
            ],
            options={
                "ordering": ["since", "id"],
                "constraints": [models.UniqueConstraint(fields=("region_code", "item"), name="one_shortage_per_region_and_item")],
            },
        ),
        migrations.CreateModel(
            name="Stocktake",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40)),
                ("region_code", models.CharField(max_length=6)),
                ("extent", models.CharField(max_length=12)),
                ("category", models.CharField(blank=True, max_length=4)),
                ("percent", models.FloatField()),
                ("state", models.CharField(max_length=12)),
                ("opened_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("remark", models.CharField(blank=True, max_length=300)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-opened_at", "id"],
                "indexes": [models.Index(fields=["region_code", "state"], name="stocktake_by_region")],
            },
        ),
        migrations.CreateModel(
            name="CountLine",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("place", models.PositiveIntegerField()),
                ("frozen", models.BigIntegerField()),
                ("counted", models.BigIntegerField(null=True)),
                ("counted_at", models.DateTimeField(null=True)),
                ("device", models.CharField(blank=True, max_length=60)),
                ("difference", models.BigIntegerField(default=0)),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("conflict", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "counted_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reason_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "holding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="count_lines", to="supplies.holding"
                    ),
                ),
                (
                    "stocktake",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="supplies.stocktake"),
                ),
            ],
            options={
                "ordering": ["place", "id"],
                "constraints": [models.UniqueConstraint(fields=("stocktake", "holding"), name="a_lot_once_in_a_stocktake")],
            },
        ),
        migrations.CreateModel(
            name="CountEntry",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("device", models.CharField(blank=True, max_length=60)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("base_version", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField()),
                ("data", models.JSONField(default=dict)),
                ("verdict", models.CharField(blank=True, max_length=20)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="supplies.countline"
                    ),
                ),
                (
                    "stocktake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="supplies.stocktake"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("stocktake", "version"), name="one_entry_per_version_of_a_stocktake")
                ],
            },
        ),
        migrations.CreateModel(
            name="Store",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120)),
                ("region_code", models.CharField(max_length=6)),
                ("level", models.CharField(max_length=12)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("access", models.CharField(blank=True, max_length=300)),
                ("contact", models.CharField(blank=True, max_length=60)),
                ("telephone", models.CharField(blank=True, max_length=40)),
                ("opening", models.CharField(blank=True, max_length=120)),
                ("capacity_m3", models.FloatField(null=True)),
                ("active", models.BooleanField(default=True)),
                ("written_at", models.DateTimeField(null=True)),
                (
                    "body",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jurisdiction.organisation"
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
                "indexes": [
                    models.Index(fields=["region_code", "level"], name="store_by_region"),
                    models.Index(fields=["body"], name="store_of_body"),
                ],
            },
        ),
        migrations.AddField(
            model_name="stocktake",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="stocktakes", to="supplies.store"),
        ),
        migrations.AddField(
            model_name="movement",
            name="store",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="movements", to="supplies.store"
            ),
        ),
        migrations.AddField(
            model_name="movement",
            name="to_store",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supplies.store"
            ),
        ),
        migrations.AddField(
            model_name="holding",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="holdings", to="supplies.store"),
        ),
        migrations.AddField(
            model_name="delivery",
            name="store",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supplies.store"),
        ),
        migrations.CreateModel(
            name="SupplyRequest",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.CharField(max_length=40, unique=True)),
                ("region_code", models.CharField(max_length=6)),
                ("subject_kind", models.CharField(blank=True, max_length=30)),
                ("subject_id", models.UUIDField(null=True)),
                ("subject_label", models.CharField(blank=True, max_length=60)),
                ("trade", models.CharField(blank=True, max_length=30)),
                ("purpose", models.CharField(max_length=200)),
                ("people", models.PositiveIntegerField(default=0)),
                ("days", models.PositiveSmallIntegerField(default=1)),
                ("place", models.CharField(max_length=200)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("receiver", models.CharField(blank=True, max_length=60)),
                ("receiver_telephone", models.CharField(blank=True, max_length=40)),
                ("needed_by", models.DateTimeField()),
                ("state", models.CharField(default="draft", max_length=10)),
                ("opened_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision", models.CharField(blank=True, max_length=300)),
                ("due_at", models.DateTimeField(null=True)),
                ("late_told_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "body",
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
                    "opened_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-opened_at", "-id"],
                "indexes": [
                    models.Index(fields=["region_code", "state"], name="supply_request_by_region"),
                    models.Index(fields=["subject_kind", "subject_id"], name="supply_request_of_subject"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ResourceMessage",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("message_id", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=40)),
                ("came", models.BooleanField()),
                ("at", models.DateTimeField()),
                ("sender", models.CharField(blank=True, max_length=200)),
                ("data", models.BinaryField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="messages", to="supplies.supplyrequest"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
                "constraints": [
                    models.UniqueConstraint(fields=("message_id", "by"), name="one_resource_message_per_id_and_sender")
                ],
            },
        ),
        migrations.CreateModel(
            name="RequestWay",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("minutes", models.PositiveIntegerField(null=True)),
                ("reason", models.CharField(max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                ("store", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supplies.store")),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="ways", to="supplies.supplyrequest"
                    ),
                ),
            ],
            options={
                "ordering": ["at"],
                "constraints": [models.UniqueConstraint(fields=("request", "store"), name="one_way_per_store_and_request")],
            },
        ),
        migrations.CreateModel(
            name="RequestStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("act", models.CharField(max_length=30)),
                ("figures", models.JSONField(default=dict)),
                ("text", models.CharField(blank=True, max_length=500)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="supplies.supplyrequest"
                    ),
                ),
            ],
            options={
                "ordering": ["at", "id"],
            },
        ),
        migrations.AddField(
            model_name="requestline",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="lines", to="supplies.supplyrequest"
            ),
        ),
        migrations.AddField(
            model_name="delivery",
            name="request",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="supplies.supplyrequest"
            ),
        ),
        migrations.CreateModel(
            name="Total",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("category", models.CharField(max_length=4)),
                ("reserve", models.CharField(max_length=12)),
                ("level", models.CharField(max_length=12)),
                ("free", models.BigIntegerField(default=0)),
                ("reserved", models.BigIntegerField(default=0)),
                ("in_transit", models.BigIntegerField(default=0)),
                ("returned", models.BigIntegerField(default=0)),
                ("in_repair", models.BigIntegerField(default=0)),
                ("expired", models.BigIntegerField(default=0)),
                ("overdue", models.BigIntegerField(default=0)),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jurisdiction.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["region_code", "category"], name="total_by_region")],
            },
        ),
        migrations.CreateModel(
            name="Upkeep",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("due_on", models.DateField()),
                ("done_at", models.DateTimeField(null=True)),
                ("result", models.CharField(blank=True, max_length=12)),
                ("device", models.CharField(blank=True, max_length=60)),
                ("words", models.CharField(blank=True, max_length=300)),
                ("conflict", models.BooleanField(default=False)),
                ("told_for", models.DateField(null=True)),
                ("version", models.PositiveIntegerField(default=0)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "holding",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="upkeep_rows",
                        related_query_name="upkeep",
                        to="supplies.holding",
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "id"],
                "indexes": [
                    models.Index(fields=["due_on"], name="upkeep_by_day"),
                    models.Index(fields=["region_code", "due_on"], name="upkeep_by_region"),
                ],
                "constraints": [models.UniqueConstraint(fields=("holding", "region_code"), name="one_upkeep_per_holding")],
            },
        ),
        migrations.CreateModel(
            name="UpkeepEntry",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("device", models.CharField(blank=True, max_length=60)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("base_version", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField()),
                ("data", models.JSONField(default=dict)),
                ("verdict", models.CharField(blank=True, max_length=20)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "upkeep",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="supplies.upkeep"),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [models.UniqueConstraint(fields=("upkeep", "version"), name="one_entry_per_version_of_an_upkeep")],
            },
        ),
        migrations.CreateModel(
            name="DayChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("region_code", models.CharField(max_length=6)),
                ("category", models.CharField(max_length=4)),
                ("reserve", models.CharField(max_length=12)),
                ("level", models.CharField(max_length=12)),
                ("free", models.BigIntegerField(default=0)),
                ("reserved", models.BigIntegerField(default=0)),
                ("in_transit", models.BigIntegerField(default=0)),
                ("returned", models.BigIntegerField(default=0)),
                ("in_repair", models.BigIntegerField(default=0)),
                ("expired", models.BigIntegerField(default=0)),
                ("overdue", models.BigIntegerField(default=0)),
                ("day", models.DateField()),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jurisdiction.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day", "region_code"], name="change_by_day")],
            },
        ),
        migrations.CreateModel(
            name="DeliveryEntry",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("act", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("received_at", models.DateTimeField()),
                ("device", models.CharField(blank=True, max_length=60)),
                ("sequence", models.PositiveIntegerField(default=0)),
                ("base_version", models.PositiveIntegerField(default=0)),
                ("version", models.PositiveIntegerField()),
                ("data", models.JSONField(default=dict)),
                ("verdict", models.CharField(blank=True, max_length=20)),
                ("said_by", models.CharField(blank=True, max_length=120)),
                ("channel", models.CharField(default="page", max_length=12)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="entries", to="supplies.delivery"
                    ),
                ),
            ],
            options={
                "ordering": ["version"],
                "abstract": False,
                "constraints": [
                    models.UniqueConstraint(fields=("delivery", "version"), name="one_entry_per_version_of_delivery")
                ],
            },
        ),
        migrations.CreateModel(
            name="ItemUnit",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=20)),
                ("holds", models.PositiveBigIntegerField()),
                (
                    "item",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="units", to="supplies.item"),
                ),
            ],
            options={
                "ordering": ["holds", "name"],
                "constraints": [models.UniqueConstraint(fields=("item", "name"), name="one_unit_per_name_and_item")],
            },
        ),
        migrations.CreateModel(
            name="KitPart",
            fields=[
                ("id", models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("amount", models.PositiveBigIntegerField()),
                ("kit", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="supplies.item")),
                ("part", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="supplies.item")),
            ],
            options={
                "ordering": ["part__code"],
                "constraints": [models.UniqueConstraint(fields=("kit", "part"), name="one_row_per_kit_and_part")],
            },
        ),
        migrations.AddConstraint(
            model_name="stocktake",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "counting")), fields=("store",), name="one_open_stocktake_of_a_store"
            ),
        ),
        migrations.AddConstraint(
            model_name="stocktake",
            constraint=models.UniqueConstraint(fields=("store", "number"), name="one_stocktake_per_number"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["store", "at"], name="movement_of_store"),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("key", ""), _negated=True), fields=("store", "key"), name="one_movement_per_store_and_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.UniqueConstraint(fields=("store", "lot"), name="one_holding_per_store_and_lot"),
        ),
        migrations.AddConstraint(
            model_name="requestline",
            constraint=models.UniqueConstraint(fields=("request", "item"), name="one_line_per_item_and_request"),
        ),
    ]
