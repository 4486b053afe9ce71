"""Addresses under /orders/urging/."""

from django.urls import path

from tocsin.command.urging import views

urlpatterns = [
    path("<uuid:order_id>/issue/", views.issue, name="issue_urging"),
    path("<uuid:supervision_order_id>/sign/", views.sign, name="sign_urging"),
    path("<uuid:supervision_order_id>/answer/", views.answer, name="answer_urging"),
]
