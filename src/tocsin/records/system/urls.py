"""Addresses under /system/: how the installation runs."""

from django.urls import path

from tocsin.records.system import views

urlpatterns = [
    path("", views.installation, name="installation"),
    path("loops/", views.loops, name="loops"),
]
