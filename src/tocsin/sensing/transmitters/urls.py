"""Addresses of transmitters of fire alarms."""

from django.urls import path

from tocsin.sensing.transmitters import views

urlpatterns = [
    path("transmitters/", views.transmitters, name="transmitters"),
    path("transmitters/enter/", views.enter_transmitter, name="enter_transmitter"),
    path("transmitters/<uuid:transmitter_id>/change/", views.change_transmitter, name="change_transmitter"),
    path("transmitters/<uuid:transmitter_id>/withdraw/", views.withdraw_transmitter, name="withdraw_transmitter"),
]
