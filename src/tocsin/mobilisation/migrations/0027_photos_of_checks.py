from uuid import UUID

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def take_photos_of_checks(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Photos that were attached to checks before wait for the desk as any other: nobody else sees them before."""
    attachments = apps.get_model("records", "Attachment").objects
    reports = apps.get_model("mobilisation", "HazardReport").objects
    photos = apps.get_model("mobilisation", "ReportPhoto").objects
    for copy in attachments.filter(object_type="hazard_report", media_type="image/jpeg").order_by("at", "pk"):
        report = reports.filter(pk=UUID(copy.object_id)).first()
        if report is not None:
            number = photos.filter(report=report).count() + 1
            photos.create(report=report, copy=copy, number=number, of_check=True)
        copy.object_type = "report_photo"
        copy.save(update_fields=["object_type"])


def give_them_back(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    copies = apps.get_model("mobilisation", "ReportPhoto").objects.filter(of_check=True)
    apps.get_model("records", "Attachment").objects.filter(pk__in=copies.values("copy")).update(object_type="hazard_report")
    copies.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("mobilisation", "0001_tables"),
        ("records", "0001_tables"),
    ]

    operations = [
        migrations.AddField(
            model_name="reportphoto",
            name="of_check",
            field=models.BooleanField(default=False),
        ),
        migrations.RunPython(take_photos_of_checks, give_them_back),
    ]
