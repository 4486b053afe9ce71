"""Addresses under /notices/."""

from django.urls import path

from tocsin.notices.channels.views import web_push as push
from tocsin.notices.inbox.views import links
from tocsin.notices.inbox.views import lists as notices
from tocsin.notices.reachability import views as reachability

urlpatterns = [
    path("", notices.inbox, name="notices"),
    path("all/", notices.all_notices, name="all_notices"),
    path("notices.csv", notices.notices_csv, name="notices_csv"),
    path("reachability/", reachability.reachability, name="reachability"),
    path("reachability.csv", reachability.reachability_csv, name="reachability_csv"),
    path("test/", reachability.try_own_channels, name="try_own_channels"),
    path("push/", push.subscribe, name="push_subscribe"),
    path("push-worker.js", push.worker, name="push_worker"),
    path("untold/", notices.untold, name="untold"),
    path("calls/", notices.calls, name="calls"),
    path("call/", notices.log_call, name="log_call"),
    path("read-all/", notices.read_all, name="read_all_notices"),
    path("seen/", notices.seen, name="notices_seen"),
    path("waiting/", notices.waiting, name="notices_waiting"),
    path("receipt/<slug:channel>/", links.receipt, name="notice_receipt"),
    path("<uuid:notice_id>/<slug:name>/", notices.act, name="act_on_notice"),
]
