"""Addresses under /sharing/."""

from django.urls import path

from tocsin.atlas.exchange.views import desk

urlpatterns = [
    path("", desk.agreements, name="agreements"),
    path("readings/", desk.readings, name="readings"),
    path("ask/<uuid:resource_id>/", desk.ask, name="ask_agreement"),
    path("ask/<uuid:resource_id>/send/", desk.send_request, name="send_agreement"),
    path("<uuid:agreement_id>/", desk.agreement, name="agreement"),
    path("<uuid:agreement_id>/<str:name>/", desk.act_on_agreement, name="act_on_agreement"),
]
