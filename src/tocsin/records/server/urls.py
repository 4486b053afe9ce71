"""Addresses under /settings/server/."""

from django.urls import path

from tocsin.records.server import views

urlpatterns = [
    path("", views.server, name="server_settings"),
    path("enter/", views.enter_server_settings, name="enter_server_settings"),
]
