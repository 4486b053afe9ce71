"""Addresses of sensors and devices."""

from django.urls import path

from tocsin.sensing.devices import views

urlpatterns = [
    path("sensors/", views.sensors, name="sensors"),
    path("sensors/<uuid:sensor_id>/", views.sensor, name="sensor"),
    path("sensors/<uuid:sensor_id>/edit/", views.edit_sensor, name="edit_sensor"),
    path("devices/", views.devices, name="devices"),
    path("devices/register/", views.register_device, name="register_device"),
    path("devices/test/", views.register_test_device, name="register_test_device"),
    path("devices/<uuid:device_id>/", views.device, name="device"),
    path("devices/<uuid:device_id>/<slug:name>/", views.act_on_device, name="act_on_device"),
]
