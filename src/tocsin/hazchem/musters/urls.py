"""Addresses of musters, under /plants/musters/."""

from django.urls import path

from tocsin.hazchem.musters import views

urlpatterns = [
    path("", views.musters, name="plant_musters"),
    path("of/<uuid:supervised_object_id>/begin/", views.begin, name="begin_plant_muster"),
    path("<uuid:plant_muster_id>/", views.muster, name="plant_muster"),
    path("<uuid:plant_muster_id>/add/", views.add, name="add_to_plant_muster"),
    path("<uuid:plant_muster_id>/end/", views.end, name="end_plant_muster"),
    path("people/<uuid:muster_person_id>/tick/", views.tick, name="tick_muster_person"),
    path("people/<uuid:muster_person_id>/untick/", views.untick, name="untick_muster_person"),
]
