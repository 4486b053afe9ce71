"""Addresses of planned works and silences."""

from django.urls import path

from tocsin.warning.covers import views

urlpatterns = [
    path("works/", views.covers, name="covers"),
    path("works/enter/", views.enter, name="enter_cover"),
    path("works/import/", views.take_file, name="import_covers"),
    path("works/<uuid:cover_id>/", views.cover, name="cover"),
    path("works/<uuid:cover_id>/<slug:name>/", views.act_on_cover, name="act_on_cover"),
]
