"""Addresses of estimates, under /plants/releases/."""

from django.urls import path

from tocsin.hazchem.releases import views

urlpatterns = [
    path("", views.releases, name="release_estimates"),
    path("at/<uuid:plant_equipment_id>/", views.estimate_release, name="estimate_release"),
    path("<uuid:release_estimate_id>/again/", views.again, name="estimate_release_again"),
    path("<uuid:release_estimate_id>/", views.release, name="release_estimate"),
]
