"""Addresses under /rewards/: the desk and the till."""

from django.urls import path

from tocsin.mobilisation.rewards.views import desk, till

urlpatterns = [
    path("", desk.rewards, name="rewards"),
    path("new/", desk.add_reward, name="add_reward"),
    path("till/", till.till, name="reward_till"),
    path("till/claim/", till.look_up, name="look_up_reward"),
    path("till/pay/", till.pay, name="pay_reward"),
    path("<uuid:reward_id>/", desk.reward, name="reward"),
    path("<uuid:reward_id>/reports/<uuid:hazard_report_id>/", desk.enter_standing, name="enter_reward_standing"),
    path("<uuid:reward_id>/<slug:name>/", desk.act_on_reward, name="act_on_reward"),
]
