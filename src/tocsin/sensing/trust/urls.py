"""Addresses of trust in readings, under /sensing/."""

from django.urls import path

from tocsin.sensing.trust import views

urlpatterns = [
    path("calibrations/", views.calibrations, name="calibrations"),
    path("sensors/<uuid:sensor_id>/trust/", views.trust, name="sensor_trust"),
    path("sensors/<uuid:sensor_id>/trust/mark/", views.mark_readings, name="mark_readings"),
    path("sensors/<uuid:sensor_id>/trust/calibration/", views.record_calibration, name="record_calibration"),
    path("sensors/<uuid:sensor_id>/trust/<uuid:quality_mark_id>/withdraw/", views.withdraw_mark, name="withdraw_mark"),
]
