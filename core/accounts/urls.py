"""Only the account pages that we offer; allauth's other pages have no address here."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path
from django.views.generic import RedirectView

from core.accounts.proofs import prove_again
from core.accounts.views import login, own, proofs

# Most names are allauth's own: it looks them up.
urlpatterns = [
    path("login/", login.AskForCodeView.as_view(), name="account_request_login_code"),
    path("login/code/", login.EnterCodeView.as_view(), name="account_confirm_login_code"),
    path("login/password/", login.spare_network(login.PasswordView.as_view()), name="account_login"),
    path("login/passkey/", login.spare_network(webauthn.login_webauthn), name="mfa_login_webauthn"),
    path("login/second-factor/", login.SecondFactorView.as_view(), name="mfa_authenticate"),
    path(
        "signup/",
        RedirectView.as_view(pattern_name="account_request_login_code", query_string=True),
        name="account_signup",
    ),
    path("logout/", account.logout, name="account_logout"),
    path("closed/", login.ClosedView.as_view(), name="account_inactive"),
    path("", own.AccountView.as_view(), name="account_email"),
    path("details/", own.DetailsView.as_view(), name="account_details"),
    path("new-address/", own.EnterNewAddressCodeView.as_view(), name="account_new_address"),
    path("sessions/end/", own.EndSessionView.as_view(), name="account_end_session"),
    path("sessions/end-others/", own.EndSessionsView.as_view(), name="account_end_sessions"),
    path("password/", prove_again(own.OwnPasswordView.as_view()), name="account_set_password"),
    path("again/", proofs.ConfirmByPasswordView.as_view(), name="account_reauthenticate"),
    path("again/mail/", proofs.ConfirmByMailView.as_view(), name="account_confirm_by_mail"),
    path("again/code/", proofs.ConfirmByAppView.as_view(), name="mfa_reauthenticate"),
    path("again/key/", proofs.ConfirmByKeyView.as_view(), name="mfa_reauthenticate_webauthn"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/set-up-code/", proofs.SetUpCodeView.as_view(), name="mfa_set_up_code"),
    path(
        "second-factor/app/",
        proofs.set_up_allowed(prove_again(totp.activate_totp)),
        name="mfa_activate_totp",
    ),
    path("second-factor/app/remove/", prove_again(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-factor/keys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path(
        "second-factor/keys/add/",
        proofs.set_up_allowed(prove_again(webauthn.add_webauthn)),
        name="mfa_add_webauthn",
    ),
    path("second-factor/keys/<int:pk>/name/", prove_again(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path(
        "second-factor/keys/<int:pk>/remove/",
        prove_again(own.RemoveKeyView.as_view()),
        name="mfa_remove_webauthn",
    ),
    path("second-factor/codes/", prove_again(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "second-factor/codes/new/",
        prove_again(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "second-factor/codes/file/",
        prove_again(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
