"""Addresses under /supplies/ of requests and deliveries."""

from django.urls import path

from tocsin.fieldwork.urls import phone_addresses
from tocsin.supplies.requests.shown.phone import DRIVER
from tocsin.supplies.requests.views import deliveries, driver, requests

urlpatterns = [
    path("requests/", requests.requests, name="supply_requests"),
    path("requests/open/", requests.open_request, name="open_supply_request"),
    path("requests/<uuid:supply_request_id>/", requests.request_page, name="supply_request"),
    path("requests/<uuid:supply_request_id>/<str:name>/", requests.act, name="act_on_supply_request"),
    path("deliveries/", deliveries.deliveries, name="supply_deliveries"),
    path("deliveries/<uuid:delivery_id>/", deliveries.delivery, name="supply_delivery"),
    path("deliveries/<uuid:delivery_id>/<str:name>/", deliveries.act, name="act_on_supply_delivery"),
    *phone_addresses(DRIVER, "way/"),
    path("way/deliveries.json", driver.read, name="driver_deliveries"),
    path("way/entries", driver.enter, name="driver_entries"),
    path("way/photos", driver.photo, name="driver_photos"),
    path("way/<str:token>/", driver.way, name="supply_way"),
]
