"""Addresses of work permits, under /permits/."""

from django.urls import path

from tocsin.fieldwork.urls import phone_addresses
from tocsin.hazchem.permits.shown.phone import PERMIT_PHONE
from tocsin.hazchem.permits.views import forms, permits

urlpatterns = [
    path("", permits.work_permits, name="work_permits"),
    *phone_addresses(PERMIT_PHONE, "phone/"),
    path("of/<uuid:object_id>/", forms.enter_permit, name="enter_work_permit"),
    path("<uuid:work_permit_id>/", permits.work_permit, name="work_permit"),
    path("<uuid:work_permit_id>/change/", forms.change_permit, name="change_work_permit"),
    path("<uuid:work_permit_id>/do/<slug:name>/", permits.act_on_permit, name="act_on_work_permit"),
]
