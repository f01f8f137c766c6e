"""To which mail server a deployment sends: real people from a trial never, and nobody by accident never."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from impact.local.containers import trial_environment
from impact.settings.mail_server import CATCHER, chosen, config
from tests.support.image import ROOT

REAL = "smtp+tls://portal:secret@mail.example.org:587"


def test_production_sends_to_its_own_server() -> None:
    assert chosen(REAL, is_trial=False) == REAL


def test_trial_sends_to_the_catcher() -> None:
    assert chosen("", is_trial=True) == CATCHER


@pytest.mark.parametrize(
    ("url", "is_trial", "told"),
    [
        ("", False, "EMAIL_URL is not set"),
        (CATCHER, False, "names the mail catcher"),
        ("smtp://mail:25", False, "names the mail catcher"),
        (REAL, True, "COMPOSE_PROFILES=trial sends every e-mail to the mail catcher"),
    ],
)
def test_contradiction_is_refused_with_what_to_do(url: str, is_trial: bool, told: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=told):
        chosen(url, is_trial=is_trial)


def test_example_chooses_neither_a_mail_server_nor_a_trial() -> None:
    example = (ROOT / ".env.example").read_text().splitlines()

    assert "EMAIL_URL=" in example
    assert "#COMPOSE_PROFILES=trial" in example


def test_example_filled_in_for_a_trial_names_no_mail_server() -> None:
    filled = trial_environment((ROOT / ".env.example").read_text(), {"SITE_URL": "http://127.0.0.1:8000"})

    assert "\nEMAIL_URL=\n" in filled
    assert "\nCOMPOSE_PROFILES=trial\n" in filled


def test_mail_leaves_by_our_connections_which_end_in_time() -> None:
    assert config(REAL)["EMAIL_BACKEND"] == "core.mail.smtp.EmailBackend"
    assert config("smtp+ssl://mail.example.org:465")["EMAIL_USE_SSL"] is True
    assert config("consolemail://")["EMAIL_BACKEND"].endswith("console.EmailBackend")
