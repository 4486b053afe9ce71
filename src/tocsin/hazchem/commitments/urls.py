"""Addresses of safety commitments, under /commitments/."""

from django.urls import path

from tocsin.hazchem.commitments import views

urlpatterns = [
    path("", views.safety_commitments, name="safety_commitments"),
    path("of/<uuid:object_id>/", views.safety_commitments_of, name="safety_commitments_of"),
]
