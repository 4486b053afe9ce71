from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def fill_matters(apps: Apps, schema_editor: BaseDatabaseSchemaEditor | None) -> None:
    """Cases that other capabilities opened before tell their titles in each reader's language, too."""
    reports, sightings = apps.get_model("mobilisation", "HazardReport"), apps.get_model("vision", "Sighting")
    episodes = apps.get_model("supervision", "Episode")
    for case in apps.get_model("command", "Case").objects.filter(lead=None, origin="capability").iterator():
        by, _, key = case.origin_reference.partition(":")
        matter: dict[str, str] = {}
        if report := reports.objects.filter(case_number=case.number).order_by("received_at").first():
            matter = {"by": "public_report", "kind": report.kind}
        elif by == "sighting" and (seen := sightings.objects.select_related("camera__object").filter(pk=key).first()):
            matter = {"by": by, "kind": seen.kind, "name": (seen.camera.object or seen.camera).name}
        elif by == "episode" and (episode := episodes.objects.select_related("object").filter(pk=key).first()):
            matter = {"by": by, "kind": episode.kind, "name": episode.object.name}
        elif by == "release" and "：" in case.title:
            matter = {"by": by, "name": case.title.partition("：")[2]}
        elif by == "door":
            matter = {"by": by}
        if matter:
            case.matter = matter
            case.save(update_fields=["matter"])


class Migration(migrations.Migration):
    dependencies = [
        ("command", "0002_case_matter"),
        ("mobilisation", "0001_tables"),
        ("supervision", "0001_tables"),
        ("vision", "0002_sightings"),
    ]

    operations = [migrations.RunPython(fill_matters, migrations.RunPython.noop)]
