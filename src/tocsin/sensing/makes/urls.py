"""Addresses of models of devices, under /sensing/."""

from django.urls import path

from tocsin.sensing.makes import views

urlpatterns = [
    path("device-models/", views.device_models, name="device_models"),
    path("device-models/enter/", views.enter_device_model, name="enter_device_model"),
    path("device-models/table/", views.import_device_models, name="import_device_models"),
    path("device-models/<uuid:device_model_id>/", views.device_model, name="device_model"),
    path("device-models/<uuid:device_model_id>/change/", views.change_device_model, name="change_device_model"),
    path("device-models/<uuid:device_model_id>/withdraw/", views.withdraw_device_model, name="withdraw_device_model"),
    path("device-models/<uuid:device_model_id>/bring-in-line/", views.bring_in_line, name="bring_devices_in_line"),
    path("devices/<uuid:device_id>/model/set/", views.set_model, name="set_model_of_device"),
    path("devices/<uuid:device_id>/model/bring-in-line/", views.bring_device_in_line, name="bring_device_in_line"),
]
