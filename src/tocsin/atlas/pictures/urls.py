"""Addresses under /map/ of what is printed."""

from django.urls import path

from tocsin.atlas.pictures import views

urlpatterns = [path("sheet.pdf", views.sheet, name="map_sheet")]
