"""Addresses of certificates of devices, under /sensing/."""

from django.urls import path

from tocsin.sensing.certificates import views

urlpatterns = [
    path("certificates/", views.device_certificates, name="device_certificates"),
    path("certificates/<uuid:device_certificate_id>/pem/", views.certificate_file, name="device_certificate_file"),
    path("certificates/<uuid:device_certificate_id>/revoke/", views.revoke, name="revoke_device_certificate"),
    path("devices/<uuid:device_id>/certificates/enter/", views.enter, name="enter_device_certificate"),
    path("devices/<uuid:device_id>/certificates/issue/", views.issue, name="issue_device_certificate"),
    path("devices/<uuid:device_id>/certificates/issue-key/", views.issue_key, name="issue_device_key"),
    path("certificate-authorities/", views.authorities, name="certificate_authorities"),
    path("certificate-authorities/make/", views.make_authority, name="make_certificate_authority"),
    path("certificate-authorities/enter/", views.enter_authority, name="enter_certificate_authority"),
    path("certificate-authorities/<uuid:certificate_authority_id>/", views.authority, name="certificate_authority"),
    path("certificate-authorities/<uuid:certificate_authority_id>/list/", views.take_list, name="take_revocation_list"),
    path("certificate-authorities/<uuid:certificate_authority_id>/list-source/", views.set_list_source, name="set_list_source"),
    path("certificate-authorities/<uuid:certificate_authority_id>/pem/", views.authority_file, name="certificate_authority_file"),
    path(
        "certificate-authorities/<uuid:certificate_authority_id>/withdraw/",
        views.withdraw_authority,
        name="withdraw_certificate_authority",
    ),
]
