"""Addresses under /duty/."""

from django.urls import path

from tocsin.command.calls import views as telephone
from tocsin.command.duty import views as duty

urlpatterns = [
    path("", duty.duty, name="duty"),
    path("<uuid:desk_id>/", duty.desk, name="duty_desk"),
    path("<uuid:desk_id>/begin/", duty.begin, name="begin_shift"),
    path("<uuid:desk_id>/brief/", duty.brief, name="daily_brief"),
    path("shifts/<uuid:shift_id>/", duty.shift, name="shift"),
    path("shifts/<uuid:shift_id>/handover/", duty.give, name="give_shift"),
    path("shifts/<uuid:shift_id>/<slug:name>/", duty.act_on_shift, name="act_on_shift"),
    path("handovers/<uuid:handover_id>/", duty.handover, name="handover"),
    path("handovers/<uuid:handover_id>/answer/", duty.answer, name="answer_handover"),
    path("calls/<uuid:case_id>/reading/", telephone.reading, name="telephone_reading"),
    path("calls/asked/<uuid:notice_id>/", telephone.asked, name="asked_of_body"),
    path("calls/asked/<uuid:notice_id>/answer/", telephone.answer, name="answer_of_body"),
    path("calls/<uuid:case_id>/statement/", telephone.statement, name="telephone_statement"),
    path("calls/<uuid:case_id>/step/", telephone.step, name="telephone_step"),
]
