"""Addresses of organisations."""

from django.urls import path

from tocsin.jurisdiction.directory.views import organisation_acts, organisations

urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/register/", organisations.register_organisation, name="register_organisation"),
    path("organisations/usual/", organisations.add_usual_bodies, name="add_usual_bodies"),
    path("organisations/<uuid:organisation_id>/", organisations.organisation, name="organisation"),
    path("organisations/<uuid:organisation_id>/duties/", organisation_acts.set_duties, name="set_duties"),
    path("organisations/<uuid:organisation_id>/superior/", organisation_acts.set_superior, name="set_superior"),
    path("organisations/<uuid:organisation_id>/posts/", organisation_acts.add_post, name="add_post"),
    path("organisations/<uuid:organisation_id>/posts/<uuid:post_id>/remove/", organisation_acts.remove_post, name="remove_post"),
    path("organisations/<uuid:organisation_id>/contacts/", organisation_acts.add_contact_point, name="add_contact_point"),
    path(
        "organisations/<uuid:organisation_id>/contacts/<uuid:contact_point_id>/remove/",
        organisation_acts.remove_contact_point,
        name="remove_contact_point",
    ),
]
