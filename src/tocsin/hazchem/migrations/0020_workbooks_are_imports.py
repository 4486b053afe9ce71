"""Workbooks of plants are files of imports like every table: the table of their own goes. What was taken over stays."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("hazchem", "0019_position_devices")]

    operations = [migrations.DeleteModel(name="PlantImport")]
