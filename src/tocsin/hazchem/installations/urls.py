"""Addresses of plants, under /plants/."""

from django.urls import path

from tocsin.hazchem.installations.views import cutting, forms, units

urlpatterns = [
    path("", units.plant_units, name="plant_units"),
    path("table/", forms.import_units, name="import_plant_units"),
    path("imports/", units.moved_imports),
    path("of/<uuid:supervised_object_id>/", forms.enter_unit, name="enter_plant_unit"),
    path("of/<uuid:supervised_object_id>/cut/", cutting.firm_cut, name="plant_cut"),
    path("<uuid:plant_unit_id>/", units.plant_unit, name="plant_unit"),
    path("<uuid:plant_unit_id>/change/", forms.change_unit, name="change_plant_unit"),
    path("<uuid:plant_unit_id>/do/<slug:name>/", units.act_on_unit, name="act_on_plant_unit"),
]
