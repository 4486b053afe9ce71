"""Addresses under /q/."""

from django.urls import path

from tocsin.supervision.objects.views import codes

urlpatterns = [
    path("<str:token>", codes.scanned, name="scanned_code"),
]
