"""Addresses of zones and breaches, under /plants/zones/."""

from django.urls import path

from tocsin.hazchem.zones.views import breaches, zones

urlpatterns = [
    path("", breaches.zone_breaches, name="zone_breaches"),
    path("of/<uuid:supervised_object_id>/", zones.firm_zones, name="firm_zones"),
    path("of/<uuid:supervised_object_id>/enter/", zones.enter_zone, name="enter_plant_zone"),
    path("breaches/<uuid:zone_breach_id>/", breaches.zone_breach, name="zone_breach"),
    path("breaches/<uuid:zone_breach_id>/acknowledge/", breaches.acknowledge, name="acknowledge_zone_breach"),
    path("<uuid:plant_zone_id>/", zones.plant_zone, name="plant_zone"),
    path("<uuid:plant_zone_id>/change/", zones.change_zone, name="change_plant_zone"),
    path("<uuid:plant_zone_id>/withdraw/", zones.withdraw_zone, name="withdraw_plant_zone"),
]
