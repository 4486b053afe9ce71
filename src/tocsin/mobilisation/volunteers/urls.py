"""Addresses under /volunteers/."""

from django.urls import path

from tocsin.mobilisation.volunteers.views import join, own, register

urlpatterns = [
    path("", register.volunteers, name="volunteers"),
    path("join/", join.join_page, name="join_volunteers"),
    path("invite/", register.invite, name="invite_volunteer"),
    path("me/", own.own_volunteer, name="own_volunteer"),
    path("me/change/", own.change, name="change_own_volunteer"),
    path("me/skills/", own.add_skill, name="add_own_skill"),
    path("me/skills/<uuid:ability_id>/remove/", own.remove_skill, name="remove_own_skill"),
    path("me/consent/", own.consent, name="consent_volunteer"),
    path("me/pause/", own.pause, name="pause_volunteer"),
    path("me/again/", own.apply_again, name="apply_again_volunteer"),
    path("me/leave/", own.leave, name="leave_volunteers"),
    path("<uuid:volunteer_id>/", register.volunteer, name="volunteer"),
    path("<uuid:volunteer_id>/admit/", register.admit, name="admit_volunteer"),
    path("<uuid:volunteer_id>/refuse/", register.refuse, name="refuse_volunteer"),
]
