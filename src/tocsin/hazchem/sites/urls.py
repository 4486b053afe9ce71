"""Addresses of plants as a whole, under /plants/sites/."""

from django.urls import path

from tocsin.hazchem.sites.views import areas, plan

urlpatterns = [
    path("<uuid:supervised_object_id>/", plan.site, name="plant_site"),
    path("<uuid:supervised_object_id>/do/<slug:name>/", plan.act_on_site, name="act_on_plant_site"),
    path("<uuid:supervised_object_id>/areas/<slug:area>/", areas.key_area, name="plant_area"),
    path("units/<uuid:plant_unit_id>/", areas.mimic, name="plant_mimic"),
    path("points/<uuid:plant_point_id>/", areas.point, name="plant_point"),
]
