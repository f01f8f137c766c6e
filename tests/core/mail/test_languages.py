"""Every kind of e-mail is in the language of its reader, with the pages behind its links.

Each is caused while another language is active: by somebody else's click, or by a worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from babel.messages import pofile
from django.conf import settings
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone
from django.utils.translation import get_language_from_path, override

from applications.applying import emails as application_emails
from applications.applying.actions import drafts, members
from applications.calls import actions as extending
from applications.enums import MemberRole
from applications.models import Partner
from applications.reviewing import emails as reviewer_letters
from applications.reviewing.actions import reviewing
from applications.screening import actions as screening
from applications.selecting.actions import piloting
from core.accounts.enums import Role
from core.accounts.models import User
from core.files import emails as file_emails
from core.files.enums import FileStatus
from core.files.models import PreparedFile
from core.mail.models import Message
from core.mail.tasks import deliver_due
from core.privacy import actions as privacy
from core.privacy import emails as privacy_emails
from experts import actions as expert_actions
from experts import emails as expert_emails
from experts.enums import ExpertStatus
from matching import actions as matching
from matching import emails as matching_emails
from matching.models import Match
from newsletter import actions as newsletter
from newsletter import tasks as newsletter_tasks
from tests.applications.applying.partners import changed
from tests.builders import applications as stages
from tests.builders import calls, people, reviews
from tests.builders import matching as build
from tests.builders.applications import lead_of, ready, started, submit
from tests.builders.calls import open_call
from tests.builders.experts import make_complete_expert, make_expert_at
from tests.builders.newsletter import ask as subscribe
from tests.builders.newsletter import make_bulletin, make_subscriber, may_ask_again
from tests.builders.people import make_person
from tests.builders.selections import told, undone_by_two
from tests.core.accounts import test_mails
from tests.matching.test_teams import confirm, done_run
from tests.support.applicant_forms import logged_in, save
from tests.support.logging_in import ask_for_code, log_in_by_code
from tests.support.mailbox import email_of

pytestmark = pytest.mark.django_db
EVERY_KIND = {
    str(path.parent.relative_to(settings.BASE_DIR / "templates"))
    for path in (settings.BASE_DIR / "templates").glob("*/email/*/body.txt")
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\n")


def of_accounts(language: str) -> None:
    for name in sorted(test_mails.CAUSES, key=lambda name: name == "account_closed"):
        test_mails.CAUSES[name]()
    for kind in (kind for kind in EVERY_KIND if kind.startswith("mfa/")):
        get_adapter().send_mail(kind, make_person("factor@example.org").email, {})


def of_applications(language: str) -> None:
    application = ready()
    lead, partner = lead_of(application), application.partners.first()
    members.invite(
        application_id=application.pk, by=lead, email="new@x.example", role=MemberRole.VIEW, language=language
    )
    for row in application.partners.all():
        Partner.objects.filter(pk=row.pk).update(contact_email=f"contact{row.pk}@town.example")
        members.ask_partner(
            application_id=application.pk, by=lead, partner_id=row.public_id, language=language
        )
    first, second = application.partners.all()
    members.decline_partner(token=members.partner_token(second), name="Cy", message="No.")
    with override(language):
        for row in (first, second):
            members.confirm_partner(token=members.partner_token(row), name="Bo")
    submit(application)
    application_emails.reminder(application, days_left=3, has_been_submitted=True)
    partner.refresh_from_db()
    save(application, "partnership", changed(partner, name="Another town"))
    drafts.withdraw(application_id=application.pk, by=lead)
    extension_call = open_call()
    started(extension_call)
    later = extension_call.closes_at + timedelta(days=3)
    application_emails.form_changed(application, application.form_version)
    extending.extend(call_id=extension_call.pk, by=people.person(Role.MANAGER), closes_at=later, reason="x")


def of_reviews(language: str) -> None:
    call, manager = calls.closed_call(), people.person(Role.MANAGER)
    screening.return_for_clarification(
        application_id=stages.submitted(call).pk,
        by=manager,
        question="?",
        sections=["territory"],
        due_at=timezone.now() + timedelta(days=3),
    )
    review = reviews.assigned(stages.eligible(call))
    reviewer = review.reviewer
    several = [reviews.assigned(stages.eligible(call), reviewer).changes.first() for _turn in range(2)]
    reviewer_letters.invite_to_several(several)
    reviewer_letters.remind([review], occasion="now")
    reviewing.declare_conflict(review_id=review.pk, by=reviewer, reason="My brother.")
    again = several[0].target
    reviewing.declare_no_conflict(review_id=again.pk, by=reviewer)
    reviewer_letters.tell_reopened(again, again.changes.last())


def of_selections(language: str) -> None:
    selection = told({stages.eligible(calls.closed_call()): "selected"})
    deliver_due()
    undone_by_two(selection, reason="?")
    selected = stages.eligible(calls.closed_call())
    told({selected: "selected"})
    piloting.end(region_id=selected.pilot_region.pk, by=build.staff(), reason="?")


def of_experts(language: str) -> None:
    vetter = build.staff()
    expert = make_complete_expert()
    expert_actions.submit(expert_id=expert.pk, by=expert.user)
    expert_actions.ask_for_more(expert_id=expert.pk, by=vetter, reason="?")
    expert_actions.submit(expert_id=expert.pk, by=expert.user)
    expert_actions.approve(expert_id=expert.pk, by=vetter)
    expert_actions.pause(expert_id=expert.pk, by=vetter, reason="?")
    expert_actions.resume(expert_id=expert.pk, by=vetter)
    expert_emails.remind_to_confirm(timezone.now() + timedelta(days=100))
    expert_actions.withdraw(expert_id=expert.pk, by=expert.user)
    expert_emails.form_changed(expert, expert.form_version)
    other = make_expert_at(ExpertStatus.SUBMITTED)
    expert_actions.decline(expert_id=other.pk, by=vetter, reason="?")


def of_files(language: str) -> None:
    for status in (FileStatus.DONE, FileStatus.FAILED):
        file = PreparedFile(kind="list", title="t", requested_by=build.staff(), status=status)
        file.pk, file.error, file.name, file.kept_until = len(status), "?", "x.csv", timezone.now()
        file_emails.tell(file)


def of_matching(language: str) -> None:
    lead = lead_of(build.region().application)
    build.expert()
    run = done_run()
    (proposal,) = run.region_proposals.served()
    matching.show_teams(run_id=run.pk, regions=[proposal.pk], by=build.staff())
    member = proposal.members.get().pk
    matching.refuse_member(proposal_id=member, reason="?", by=lead)
    matching.take_back_refusal(proposal_id=member, by=lead)
    (match,) = confirm(run)
    Match.objects.update(answer_by=timezone.now() + timedelta(days=2))
    matching_emails.remind_invited()
    matching.decline(match_id=match.pk, by=match.expert.user, reason="?")
    match.refresh_from_db()
    matching_emails.tell_reopened(match)
    matching.reopen(match_id=match.pk, by=match.expert.user)
    matching.accept(match_id=match.pk, by=match.expert.user)
    matching.end_match(match_id=match.pk, by=build.staff(), reason="?")


def of_news(language: str) -> None:
    subscribe(language=language)
    subscriber = make_subscriber(language=language)
    may_ask_again(subscriber)
    newsletter.subscribe(email=subscriber.email, topics=["events"], language=language)
    reader = make_subscriber(language=language)
    may_ask_again(reader)
    newsletter.send_link(email=reader.email)
    writer = people.person(Role.COMMUNICATIONS)
    newsletter.schedule(bulletin_id=make_bulletin().pk, by=writer)
    newsletter_tasks.sweep()


def of_privacy(language: str) -> None:
    person = make_person("leaving@example.org")
    privacy.tell_idle(person)
    deletion = privacy.ask_deletion(by=person)
    privacy_emails.hindered(deletion, ["?"])
    privacy_emails.done(deletion, address=person.email, language=language)


CAUSES = (
    of_accounts,
    of_applications,
    of_reviews,
    of_selections,
    of_experts,
    of_files,
    of_matching,
    of_news,
    of_privacy,
)


def fragments_of_other(language: str) -> list[str]:
    """Return what the templates of e-mails say in the other language, in pieces without placeholders."""
    with (settings.BASE_DIR / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        catalog = pofile.read_po(file)
    found = []
    for message in catalog:
        if any("/email/" in place or "/mail/" in place for place, _line in message.locations):
            texts = message.id if language == "fr" else message.string
            for text in [texts] if isinstance(texts, str) else texts:
                found += [part.strip() for part in PLACEHOLDER.split(text)]
    return [part for part in found if len(part) > 11 and " " in part]


def links_in(text: str) -> Iterator[str]:
    for link in re.findall(rf"{re.escape(settings.SITE_URL)}(/\S*)", text):
        yield link.rstrip('.,;)>"')


def language_of_page(client: Client, path: str) -> Any:
    page = client.get(path, follow=True).content.decode()
    found = re.search(r'<html[^>]*\blang="(\w+)', page)
    return found and found.group(1)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_mail_and_the_pages_behind_its_links_are_in_the_language_of_the_reader(language, settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False
    other = {"en": "fr", "fr": "en"}[language]

    def choose(sender: Any, instance: User, **kwargs: Any) -> None:
        instance.language = language

    pre_save.connect(choose, sender=User)
    try:
        with override(other):
            for cause in CAUSES:
                cause(language)
    finally:
        pre_save.disconnect(choose, sender=User)
    mails = {message.template: message for message in Message.objects.order_by("pk")}
    foreign = fragments_of_other(language)
    pages: dict[tuple[str, bool], Any] = {}
    assert len(foreign) > 100
    assert set(mails) >= EVERY_KIND
    for template in sorted(EVERY_KIND):
        message = mails[template]
        received = email_of(message)
        html = [part.content for part in received.alternatives]
        text = "\n".join([received.subject, received.body, *html])
        assert message.language == language, template
        assert [part for part in foreign if part in text] == [], template
        found = list(links_in(text))
        assert found, template
        for link in found:
            assert (get_language_from_path(link) or "en") == language, (template, link)
            reader = User.objects.filter(email=message.to, is_active=True).first()
            clients = [Client(), *([logged_in(reader)] if reader else [])]
            for client in clients:
                key = (link, bool(client.cookies))
                if key not in pages:
                    pages[key] = language_of_page(client, link)
                assert pages[key] == language, (template, link)


def test_code_for_somebody_new_is_in_the_language_of_the_page_and_opens_an_account_in_it():
    client = Client()
    client.post("/fr/accounts/login/", {"email": "neuve@example.org"})
    assert Message.objects.get().language == "fr"
    with override("fr"):
        log_in_by_code(client, "neuve@example.org")
    assert User.objects.get(email="neuve@example.org").language == "fr"
    ask_for_code(Client(), "neuve@example.org")
    assert Message.objects.latest("pk").language == "fr"


def test_link_leads_through_the_log_in_in_its_language():
    person = make_person("lea@example.org", language="fr")
    client = Client()
    wanted = "/fr/applications/"

    asked = client.get(wanted, follow=True)
    assert asked.redirect_chain[-1][0] == f"/fr/accounts/login/?next={wanted}"
    with override("fr"):
        done = log_in_by_code(client, person.email, wanted)
    assert done["Location"] == wanted


def test_account_page_sets_name_and_language_and_answers_in_it():
    person = make_person("ana@example.org")
    client = logged_in(person)

    answer = client.post("/accounts/details/", {"name": "Ana Silva", "language": "fr"}, follow=True)

    person.refresh_from_db()
    assert (person.name, person.language) == ("Ana Silva", "fr")
    assert answer.redirect_chain[-1][0] == "/fr/accounts/"
    assert "ont été enregistrés" in answer.content.decode()
    refused = client.post("/accounts/details/", {"name": "x" * 151, "language": "xx"})
    assert set(refused.context["form"].errors) == {"name", "language"}
    assert "x" * 151 in refused.content.decode()
    person.refresh_from_db()
    assert (person.name, person.language) == ("Ana Silva", "fr")
    assert client.get("/accounts/details/")["Location"] == "/accounts/"


@pytest.mark.parametrize(
    ("start", "language", "end"), [("/me/", "fr", "/fr/me/"), ("/fr/admin/", "en", "/admin/")]
)
def test_switch_sets_the_language_of_who_is_logged_in(start, language, end):
    person = make_person("ana@example.org", language="en" if language == "fr" else "fr")
    form = {"language": language, "next": start}

    assert Client().post("/i18n/setlang/", form)["Location"] == end
    person.refresh_from_db()
    assert person.language != language
    client = logged_in(person)
    assert client.post("/i18n/setlang/", form)["Location"] == end
    client.post("/i18n/setlang/", form | {"language": "xx"})
    person.refresh_from_db()
    assert person.language == language
