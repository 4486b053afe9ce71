"""Addresses under /hazard-reports/: the desk."""

from django.urls import path

from tocsin.mobilisation.hazard_reports.views import desk, photos, routing

urlpatterns = [
    path("", desk.reports, name="hazard_reports"),
    path("new/", desk.new_report, name="new_hazard_report"),
    path("new/take-in/", desk.take_in, name="take_in_hazard_report"),
    path("routing/", routing.routing, name="hazard_routing"),
    path("routing/propose/", routing.propose_situations, name="propose_situations"),
    path("<uuid:hazard_report_id>/", desk.report, name="hazard_report"),
    path("<uuid:hazard_report_id>/photos/<int:photo_number>/", photos.photo, name="hazard_photo"),
    path("<uuid:hazard_report_id>/photos/<int:photo_number>/decide/", photos.decide_photo, name="decide_hazard_photo"),
    path("<uuid:hazard_report_id>/photos/<int:photo_number>/open/", photos.open_photo, name="open_hazard_photo"),
    path("<uuid:hazard_report_id>/<slug:name>/", desk.act_on_report, name="act_on_hazard_report"),
]
