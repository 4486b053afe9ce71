"""Addresses under /w/, for everybody."""

from django.urls import path

from tocsin.mobilisation.public_warnings.views import outlets, signing_up
from tocsin.mobilisation.public_warnings.views import public as views
from tocsin.notices.face import push_worker

urlpatterns = [
    path("", views.warnings, name="open_warnings"),
    path("feed.atom", views.feed, name="warning_feed"),
    path("areas.geojson", views.areas, name="open_warning_areas"),
    path("certificate.pem", views.certificate, name="warning_certificate"),
    path("push-worker.js", push_worker, name="warning_push_worker"),
    path("subscribe/", signing_up.subscribe, name="subscribe_warnings"),
    path("subscribe/push/", signing_up.subscribe_browser, name="subscribe_browser"),
    path("subscribe/end/", signing_up.end, name="end_warnings"),
    path("subscribe/<uuid:sign_up_id>/", signing_up.confirm, name="confirm_warnings"),
    path("receipt/<uuid:outlet_id>/", outlets.receipt, name="warning_outlet_receipt"),
    path("<uuid:warning_id>/", views.warning, name="open_warning"),
    path("<uuid:warning_id>/area.geojson", views.area, name="open_warning_area"),
    path("<uuid:warning_id>.xml", views.message, name="open_warning_message"),
]
