"""Only the account pages that we offer; allauth's other pages have no address here."""

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import path
from django.views.generic import RedirectView

from impact.accounts import views

# The names are allauth's own: it looks them up.
urlpatterns = [
    path("login/", views.AskForCodeView.as_view(), name="account_request_login_code"),
    path("login/code/", views.EnterCodeView.as_view(), name="account_confirm_login_code"),
    path("login/password/", views.PasswordView.as_view(), name="account_login"),
    path("login/passkey/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("login/second-factor/", views.SecondFactorView.as_view(), name="mfa_authenticate"),
    path(
        "signup/",
        RedirectView.as_view(pattern_name="account_request_login_code", query_string=True),
        name="account_signup",
    ),
    path("logout/", account.logout, name="account_logout"),
    path("closed/", views.ClosedView.as_view(), name="account_inactive"),
    path("", account.email, name="account_email"),
    path("new-address/", views.EnterNewAddressCodeView.as_view(), name="account_email_verification_sent"),
    path(
        "password/",
        reauthentication_required(views.OwnPasswordView.as_view(), app="allauth.mfa"),
        name="account_set_password",
    ),
    path("again/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("again/key/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-factor/", mfa.index, name="mfa_index"),
    path("second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/keys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("second-factor/keys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("second-factor/keys/<int:pk>/name/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("second-factor/keys/<int:pk>/remove/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("second-factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path(
        "second-factor/codes/file/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
