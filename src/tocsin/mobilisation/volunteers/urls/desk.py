"""Addresses under /volunteers/."""

from django.urls import path

from tocsin.mobilisation.volunteers.views import join, needs, own, records, register

urlpatterns = [
    path("", register.volunteers, name="volunteers"),
    path("join/", join.join_page, name="join_volunteers"),
    path("records/", records.check_record, name="check_volunteer_record"),
    path("invite/", register.invite, name="invite_volunteer"),
    path("me/", own.own_volunteer, name="own_volunteer"),
    path("me/change/", own.change, name="change_own_volunteer"),
    path("me/skills/", own.add_skill, name="add_own_skill"),
    path("me/skills/<uuid:ability_id>/remove/", own.remove_skill, name="remove_own_skill"),
    path("me/consent/", own.consent, name="consent_volunteer"),
    path("me/pause/", own.pause, name="pause_volunteer"),
    path("me/again/", own.apply_again, name="apply_again_volunteer"),
    path("me/leave/", own.leave, name="leave_volunteers"),
    path("needs/", needs.needs, name="volunteer_needs"),
    path("needs/open/", needs.open_need, name="open_volunteer_need"),
    path("needs/<uuid:need_id>/call/", needs.begin_calling, name="call_for_need"),
    path("needs/<uuid:need_id>/pause/", needs.pause_calling, name="pause_need"),
    path("needs/<uuid:need_id>/renew/", needs.renew, name="renew_need"),
    path("needs/<uuid:need_id>/end/", needs.stand_down, name="end_need"),
    path("needs/<uuid:need_id>/calls/<uuid:call_id>/release/", needs.take_back, name="release_volunteer_call"),
    path("needs/<uuid:need_id>/calls/<uuid:call_id>/enter/", needs.enter, name="enter_volunteer_call"),
    path("needs/<str:number>/", needs.need, name="volunteer_need"),
    path("<uuid:volunteer_id>/", register.volunteer, name="volunteer"),
    path("<uuid:volunteer_id>/admit/", register.admit, name="admit_volunteer"),
    path("<uuid:volunteer_id>/refuse/", register.refuse, name="refuse_volunteer"),
]
