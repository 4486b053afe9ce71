"""Addresses of sign-in, one's own account, and people with their roles: /login/ and /logout/ are known everywhere."""

from django.urls import include, path

from tocsin.jurisdiction.people.views import account, login, passkeys, people, provider, second_step, sign_ins

urlpatterns = [
    path("login/", login.login, name="login"),
    path("login/code/", login.login_code, name="login_code"),
    path("login/passkey/", passkeys.login_passkey, name="login_passkey"),
    path("login/by/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("logout/", login.logout, name="logout"),
    path("account/", account.account, name="account"),
    path("account/password/", account.change_password, name="change_password"),
    path("account/second-step/", second_step.second_step, name="second_step"),
    path("account/second-step/passkeys/", passkeys.passkeys, name="passkeys"),
    path("account/second-step/passkeys/<int:passkey_id>/rename/", passkeys.rename, name="rename_passkey"),
    path("account/second-step/passkeys/<int:passkey_id>/end/", passkeys.end, name="end_passkey"),
    path("account/provider/", provider.provider, name="provider"),
    path("account/provider/end/", provider.disconnect, name="disconnect_provider"),
    path("account/sign-ins/<uuid:browser_id>/", sign_ins.sign_in, name="sign_in"),
    path("account/sign-ins/<uuid:browser_id>/not-me/", sign_ins.disown, name="disown_sign_in"),
    path("account/sessions/<int:session_id>/end/", account.end_session, name="end_session"),
    path("account/tokens/", account.create_token, name="create_token"),
    path("account/tokens/<uuid:token_id>/revoke/", account.revoke_token, name="revoke_token"),
    path("people/", people.people, name="people"),
    path("people/create/", people.create_person, name="create_person"),
    path("people/<uuid:person_id>/", people.person, name="person"),
    path("people/<uuid:person_id>/grant/", people.grant_role, name="grant_role"),
    path("people/<uuid:person_id>/grants/<uuid:grant_id>/revoke/", people.revoke_role, name="revoke_role"),
    path("people/<uuid:person_id>/active/", people.set_active, name="set_person_active"),
    path("people/<uuid:person_id>/password/", people.reset_password, name="reset_password"),
]
