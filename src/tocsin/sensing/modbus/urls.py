"""Addresses of units of Modbus."""

from django.urls import path

from tocsin.sensing.modbus import views

urlpatterns = [
    path("modbus/", views.modbus_units, name="modbus_units"),
    path("modbus/enter/", views.enter_modbus_unit, name="enter_modbus_unit"),
    path("modbus/<uuid:modbus_unit_id>/", views.modbus_unit, name="modbus_unit"),
    path("modbus/<uuid:modbus_unit_id>/try/", views.try_modbus_unit, name="try_modbus_unit"),
    path("modbus/<uuid:modbus_unit_id>/change/", views.change_modbus_unit, name="change_modbus_unit"),
    path("modbus/<uuid:modbus_unit_id>/withdraw/", views.withdraw_modbus_unit, name="withdraw_modbus_unit"),
]
