"""Addresses of risk warnings, under /plants/warnings/."""

from django.urls import path

from tocsin.hazchem.risk_warnings import views

urlpatterns = [
    path("", views.risk_warnings, name="risk_warnings"),
    path("<uuid:risk_warning_id>/", views.risk_warning, name="risk_warning"),
    path("<uuid:risk_warning_id>/do/<slug:name>/", views.act_on_risk_warning, name="act_on_risk_warning"),
]
