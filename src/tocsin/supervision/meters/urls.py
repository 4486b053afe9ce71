"""Addresses under /work/meters/."""

from django.urls import path

from tocsin.supervision.meters import views

urlpatterns = [
    path("", views.meters, name="meters"),
    path("table/", views.moved_table, name="moved_meters_table"),
    path("template.csv", views.template, name="meters_template"),
    path("of/<uuid:object_id>/", views.add, name="add_meter"),
    path("<uuid:meter_id>/", views.meter, name="meter"),
    path("<uuid:meter_id>/<slug:name>/", views.act_on_meter, name="act_on_meter"),
    path("periods/<uuid:meter_period_id>/correct/", views.correct, name="correct_meter_period"),
]
