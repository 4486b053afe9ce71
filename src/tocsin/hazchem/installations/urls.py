"""Addresses of plants, under /plants/."""

from django.urls import path

from tocsin.hazchem.installations.views import cutting, forms, imports, units

urlpatterns = [
    path("", units.plant_units, name="plant_units"),
    path("table/", forms.import_units, name="import_plant_units"),
    path("imports/", imports.imports, name="plant_imports"),
    path("imports/template/", imports.template, name="plant_import_template"),
    path("imports/<uuid:plant_import_id>/", imports.plant_import, name="plant_import"),
    path("imports/<uuid:plant_import_id>/do/<slug:name>/", imports.act_on_import, name="act_on_plant_import"),
    path("of/<uuid:supervised_object_id>/", forms.enter_unit, name="enter_plant_unit"),
    path("of/<uuid:supervised_object_id>/cut/", cutting.firm_cut, name="plant_cut"),
    path("<uuid:plant_unit_id>/", units.plant_unit, name="plant_unit"),
    path("<uuid:plant_unit_id>/change/", forms.change_unit, name="change_plant_unit"),
    path("<uuid:plant_unit_id>/do/<slug:name>/", units.act_on_unit, name="act_on_plant_unit"),
]
