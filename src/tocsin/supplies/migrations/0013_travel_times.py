import uuid

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import tocsin.base.ids


def carry_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The rows of the tables that hold; those of tables before are let go."""
    old = apps.get_model("supplies", "OldTravelTime")  # type: ignore[misc]  # a model of this migration alone
    new = apps.get_model("supplies", "TravelTime")
    rows = old.objects.filter(table__state="holds").select_related("table").iterator(chunk_size=500)
    kept = (
        new(
            id=uuid.uuid4(),
            region_code=one.table.region_code,
            store_id=one.store_id,
            place=one.place,
            lon=one.lon,
            lat=one.lat,
            minutes=one.minutes,
            km=one.km,
        )
        for one in rows
    )
    new.objects.bulk_create(kept, batch_size=500)


def name_key(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """PostgreSQL named the index of the new table's key beside that of the old one, which stood there still."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER INDEX IF EXISTS supplies_traveltime_pkey1 RENAME TO supplies_traveltime_pkey")


class Migration(migrations.Migration):
    dependencies = [("supplies", "0012_item_tables_are_imports")]

    operations = [
        migrations.RenameModel("TravelTime", "OldTravelTime"),
        migrations.CreateModel(
            name="TravelTime",
            fields=[
                (
                    "id",
                    models.UUIDField(default=tocsin.base.ids.new_id, editable=False, primary_key=True, serialize=False),
                ),
                ("region_code", models.CharField(max_length=6)),
                ("place", models.CharField(max_length=120)),
                ("lon", models.FloatField()),
                ("lat", models.FloatField()),
                ("minutes", models.FloatField()),
                ("km", models.FloatField(null=True)),
                (
                    "store",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="supplies.store"),
                ),
            ],
            options={
                "ordering": ["region_code", "place", "id"],
                "indexes": [models.Index(fields=["lat", "lon"], name="travel_time_by_spot")],
                "constraints": [
                    models.UniqueConstraint(fields=("region_code", "store", "place"), name="one_travel_time_of_a_way")
                ],
            },
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.DeleteModel("OldTravelTime"),
        migrations.DeleteModel("TravelTable"),
        migrations.RunPython(name_key, migrations.RunPython.noop),
    ]
