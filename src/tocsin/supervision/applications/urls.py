"""Addresses under /firms/: registering oneself is open to everybody."""

from django.urls import path

from tocsin.supervision.applications import views

urlpatterns = [
    path("register/", views.register_firm, name="register_firm"),
    path("status/", views.firm_status, name="firm_status"),
    path("applications/", views.firm_applications, name="firm_applications"),
    path("applications/<uuid:firm_application_id>/<slug:name>/", views.act_on_firm_application, name="act_on_firm_application"),
]
