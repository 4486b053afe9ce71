"""Addresses under /setup/."""

from django.urls import path

from tocsin.records.setup import views

urlpatterns = [
    path("", views.setup, name="setup"),
    path("home/", views.administrator_home, name="administrator_home"),
    path("checks/", views.readiness, name="readiness"),
    path("passwords/", views.password_slips, name="password_slips"),
    path("city.toml", views.export_city, name="export_city"),
    path("county/", views.give_county_template, name="give_county_template"),
    path("skip/", views.skip_step, name="skip_setup_step"),
    path("take-up/", views.take_up_step, name="take_up_setup_step"),
]
