"""Addresses of response sheets, under /plants/responses/."""

from django.urls import path

from tocsin.hazchem.rationalisation import views

urlpatterns = [
    path("<uuid:plant_unit_id>/", views.response_sheets, name="response_sheets"),
    path("<uuid:plant_unit_id>/do/<slug:name>/", views.act_on_response_sheets, name="act_on_response_sheets"),
]
