"""Addresses of online rates, under /sensing/."""

from django.urls import path

from tocsin.sensing.availability import views

urlpatterns = [path("online-rates/", views.online_rates, name="online_rates")]
