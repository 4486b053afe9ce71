"""Addresses of taking devices in, under /sensing/."""

from django.urls import path

from tocsin.sensing.onboarding.views import keys, tables

urlpatterns = [
    path("device-tables/", tables.tables, name="device_tables"),
    path("device-tables/<uuid:device_table_id>/", tables.table, name="device_table"),
    path("device-tables/<uuid:device_table_id>/secrets/", tables.hand_out_secrets, name="hand_out_secrets"),
    path("enrolment-keys/", keys.keys, name="enrolment_keys"),
    path("enrolment-keys/make/", keys.make_key, name="make_enrolment_key"),
    path("enrolment-keys/<uuid:enrolment_key_id>/", keys.key, name="enrolment_key"),
    path("enrolment-keys/<uuid:enrolment_key_id>/renew/", keys.renew_key, name="renew_enrolment_key"),
    path("enrolment-keys/<uuid:enrolment_key_id>/revoke/", keys.revoke_key, name="revoke_enrolment_key"),
]
