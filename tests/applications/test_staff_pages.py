"""The staff's pages over HTTP: what they show, and that they stay quick."""

import html
import io
import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook

from applications.applying.eligibility import check_submission
from applications.calls import eligibility
from applications.models import Application, Document, PilotRegion, Review, ReviewScore, Selection
from applications.selecting.actions import confirming
from core.accounts.enums import Role
from tests.applications.staging import (
    assigned,
    closed_call,
    draft,
    drafted,
    eligible,
    mails,
    person,
    proposed,
    resubmit,
    scored,
    scoring,
    submitted,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def as_(role_or_user):
    user = role_or_user if hasattr(role_or_user, "pk") else person(role_or_user)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def url(model, page="changelist", *args):
    return reverse(f"admin:applications_{model}_{page}", args=args)


def decide(row, name):
    return url(row._meta.model_name, "decide_one", row.pk, name)


def queries_of(client, address):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


LISTS = ["application", "rankedapplication", "review", "selection", "pilotregion", "call"]


@pytest.mark.parametrize("model", LISTS)
def test_list_queries_do_not_grow_with_rows(model):
    client = as_(Role.MANAGER)
    populate(1)
    client.get(url(model))
    few = queries_of(client, url(model))

    populate(3)

    assert queries_of(client, url(model)) == few


@pytest.mark.parametrize(
    "query",
    ["o=-4", "o=5", "flag=disagreement", "flag=threshold", "cover=complete", "country=FR", "q=upper+rhine"],
)
def test_ranking_sorts_and_filters_with_a_fixed_number_of_queries(query):
    client, address = as_(Role.MANAGER), f"{url('rankedapplication')}?{query}"
    call = closed_call()
    rank(call)
    client.get(address)
    few = queries_of(client, address)

    for _number in range(2):
        rank(call)

    assert queries_of(client, address) == few


def rank(call):
    """An application without reviews, one on which reviewers disagree, a weak and a good one."""
    eligible(call)
    for first, second in ((5, 1), (1, 1), (5, 5)):
        application = eligible(call)
        scored(application, first, first)
        scored(application, second, second)


def populate(count):
    call = closed_call()
    for _number in range(count):
        application = eligible(call)
        scored(application, 4, 3)
        scored(application, 2, 5)
        scoring(application)
        selection = proposed(call, {application: "selected"})
        confirming.confirm(selection_id=selection.pk, by=person(Role.MANAGER))


def test_home_queries_do_not_grow_with_what_waits():
    client = as_(Role.MANAGER)
    submitted(closed_call())
    client.get(reverse("admin:index"))
    few = queries_of(client, reverse("admin:index"))

    for _number in range(4):
        submitted(closed_call())
        eligible(closed_call())

    assert queries_of(client, reverse("admin:index")) == few


def test_home_says_what_waits_for_each():
    call = closed_call()
    submitted(call)
    review = assigned(eligible(call))
    proposed(call, {eligible(call): "selected"})

    manager = as_(Role.MANAGER).get(reverse("admin:index")).content.decode()
    reviewer = as_(review.reviewer).get(reverse("admin:index")).content.decode()

    assert "applications to screen" in manager
    assert "selections to confirm" in manager
    assert "reviews to do" in reviewer
    assert "applications to screen" not in reviewer


def test_list_shows_submitted_applications_only():
    call = closed_call()
    working, sent = draft(call, title="Unsent"), submitted(call, title="Sent")

    page = as_(Role.MANAGER).get(url("application")).content.decode()

    assert sent.reference in page
    assert working.reference not in page


def test_draft_has_no_page():
    response = as_(Role.MANAGER).get(url("application", "change", draft(closed_call()).pk))

    assert response.status_code == 302  # Django's answer to a row that is not there
    assert response["Location"] == reverse("admin:index")


def test_page_shows_the_submission_not_the_working_copy():
    application = submitted(closed_call(), title="As submitted")
    Application.objects.update(title="Changed since", ambition="Secret plans")

    page = as_(Role.MANAGER).get(url("application", "change", application.pk)).content.decode()

    assert "As submitted" in page
    assert "Two banks of one river." in page
    assert "Changed since" not in page
    assert "Secret plans" not in page


def test_page_offers_older_versions():
    application = submitted(closed_call(), title="First title")
    Application.objects.update(title="Second title")
    application.refresh_from_db()
    resubmit(application)
    client = as_(Role.MANAGER)

    latest = client.get(url("application", "change", application.pk)).content.decode()
    older = client.get(url("application", "change", application.pk) + "?version=1").content.decode()

    assert "Second title" in latest
    assert "First title" in older
    assert "You are reading version 1" in older
    assert client.get(url("application", "change", application.pk) + "?version=9").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("country=FR", True),
        ("country=PL", False),
        ("border=DE-FR", True),
        ("border=DE-PL", False),
        ("cover=unassigned", True),
        ("cover=complete", False),
        ("q=upper+rhine", True),
        ("q=upper+danube", False),
        ("q=Town", True),
        ("status__exact=eligible", True),
        ("status__exact=submitted", False),
    ],
)
@pytest.mark.parametrize("model", ["application", "rankedapplication"])
def test_lists_filter_and_search_by_what_was_submitted(model, query, found):
    application = eligible(closed_call())

    page = as_(Role.MANAGER).get(f"{url(model)}?{query}").content.decode()

    assert (application.reference in page) is found


def test_lists_filter_by_programme():
    from core.reference.models import InterregProgramme

    application = eligible(closed_call())
    here = InterregProgramme.objects.filter(countries="FR").filter(countries="DE").first()
    elsewhere = InterregProgramme.objects.exclude(countries__in=["FR", "DE"]).first()
    client = as_(Role.MANAGER)

    assert application.reference in client.get(f"{url('application')}?programme={here.pk}").content.decode()
    assert (
        application.reference
        not in client.get(f"{url('application')}?programme={elsewhere.pk}").content.decode()
    )


def test_documents_of_a_version_are_handed_out_safely_and_no_others():
    application = draft(closed_call())
    sent = document(application, "letter.pdf")
    resubmit(application)
    later = document(application, "later.pdf")
    client = as_(Role.MANAGER)

    given = client.get(url("application", "document", application.pk, sent.public_id))

    assert b"".join(given.streaming_content) == b"%PDF"
    assert 'attachment; filename="letter.pdf"' in given["Content-Disposition"]
    assert given["X-Content-Type-Options"] == "nosniff"
    assert client.get(url("application", "document", application.pk, later.public_id)).status_code == 404


def document(application, name):
    """A stored file; its handle is closed, as after an upload."""
    row = Document(
        application=application,
        kind="other",
        name=name,
        content_type="application/pdf",
        size=4,
        sha256="0" * 64,
        uploaded_by=person(),
    )
    row.file.save(name, ContentFile(b"%PDF"))
    row.save()
    row.file.close()
    return row


def test_pdf_of_a_version_is_handed_out():
    application = submitted(closed_call())

    response = as_(Role.MANAGER).get(url("application", "pdf", application.pk, 1))

    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"%PDF-")


def test_export_neutralises_formulas():
    call = closed_call()
    submitted(call, title='=HYPERLINK("http://evil.example")')
    client = as_(Role.MANAGER)

    table = client.get(url("application", "export", "csv")).content.decode("utf-8-sig")
    book = load_workbook(io.BytesIO(client.get(url("application", "export", "xlsx")).content))

    assert "'=HYPERLINK" in table
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert any(cell.value == '\'=HYPERLINK("http://evil.example")' for cell in cells)


def test_export_holds_what_the_filters_leave():
    call = closed_call()
    here, there = eligible(call), submitted(call)

    table = as_(Role.MANAGER).get(url("application", "export", "csv") + "?status__exact=eligible")

    assert here.reference in table.content.decode()
    assert there.reference not in table.content.decode()


def test_export_of_the_ranking_has_a_column_for_each_criterion():
    application = eligible(closed_call())
    scored(application, 4, 3)

    table = as_(Role.MANAGER).get(url("rankedapplication", "export", "csv")).content.decode("utf-8-sig")

    header, row = [line.split(",") for line in table.strip().splitlines()]
    assert header[-2:] == ["Need", "Partnership"]
    assert row[-2:] == ["4.0", "3.0"]
    assert dict(zip(header, row, strict=True))["Weighted score (0 to 100)"].startswith("72")


def test_ranking_orders_by_weighted_score_and_flags():
    call = closed_call()
    low, high, unscored = eligible(call), eligible(call), eligible(call)
    scored(low, 1, 1)
    scored(high, 5, 5)
    scored(high, 3, 3)

    page = as_(Role.MANAGER).get(url("rankedapplication")).content.decode()

    assert page.index(high.reference) < page.index(low.reference) < page.index(unscored.reference)
    assert "80.0" in page
    assert "Reviewers disagree" in page
    assert "Below a threshold" in page


def test_ranking_in_french_has_a_decimal_comma():
    scored(eligible(closed_call()), 4, 3)

    with override("fr"):
        page = as_(Role.MANAGER).get(url("rankedapplication")).content.decode()

    assert "72,0" in page
    assert ": 4,0 / 5" in page
    assert "72.0" not in page


@pytest.mark.parametrize(("flag", "expected"), [("disagreement", 0), ("threshold", 1), ("none", 2)])
def test_ranking_filters_by_flag(flag, expected):
    call = closed_call()
    applications = torn, weak, calm = eligible(call), eligible(call), eligible(call)
    scored(torn, 5, 5)
    scored(torn, 3, 3)
    scored(weak, 2, 2)
    scored(calm, 4, 4)

    page = as_(Role.MANAGER).get(f"{url('rankedapplication')}?flag={flag}").content.decode()

    assert [a.reference in page for a in applications] == [i == expected for i in range(3)]


def test_eligible_decision_moves_and_is_logged():
    application = submitted(closed_call())
    client = as_(Role.MANAGER)

    page = client.get(decide(application, "eligible"))
    client.post(decide(application, "eligible"), {"reason": ""})

    assert "Automatic checks" in page.content.decode()
    application.refresh_from_db()
    assert application.status == "eligible"
    assert application.changes.last().by == client.user


def test_verdict_against_a_warning_needs_a_reason():
    application = submitted(closed_call(), units=["FRF11", "PL219"])
    client = as_(Role.MANAGER)

    refused = client.post(decide(application, "eligible"), {"reason": ""})
    application.refresh_from_db()
    assert (refused.status_code, application.status) == (200, "submitted")
    assert "say why it is eligible" in refused.content.decode()

    client.post(decide(application, "eligible"), {"reason": "A twin region."})
    application.refresh_from_db()
    assert application.status == "eligible"


def test_bulk_verdict_is_for_those_whose_checks_agree_and_names_the_others():
    call = closed_call()
    clear, doubtful, also_clear = submitted(call), submitted(call, units=["FRF11", "PL219"]), submitted(call)
    keys = [row.pk for row in (clear, doubtful, also_clear)]
    client = as_(Role.MANAGER)

    page = client.post(url("application"), {"action": "eligible", "_selected_action": keys}).content.decode()
    done = client.post(
        url("application", "decide_many", "eligible"),
        {"targets": ",".join(map(str, keys)), "reason": "All of them."},
        follow=True,
    ).content.decode()

    assert page.count("Left as it is: not every check agrees.") == 1
    assert page.count("Automatic checks of") == 3
    status = dict(Application.objects.values_list("pk", "status"))
    assert [status[key] for key in keys] == ["eligible", "submitted", "eligible"]
    assert "Declare eligible: 2 rows." in done
    assert f"{doubtful.reference} Upper Rhine: Decide on it by itself and say why" in done
    # The evidence stands in the refusal, and no word of one verdict is put on record for another.
    doubts = eligibility.doubts(check_submission(doubtful.submissions.get().snapshot))
    assert all(check.text in html.unescape(done) for check in doubts)
    assert doubtful.changes.count() == 1
    assert clear.changes.last().reason == ""


def test_bulk_verdict_where_no_check_agrees_changes_nothing():
    call = closed_call()
    doubtful = [submitted(call, units=["FRF11", "PL219"]) for _number in range(2)]
    targets = ",".join(str(row.pk) for row in doubtful)

    response = as_(Role.MANAGER).post(url("application", "decide_many", "eligible"), {"targets": targets})

    assert response.status_code == 409
    assert all(row.reference in response.content.decode() for row in doubtful)
    assert set(Application.objects.values_list("status", flat=True)) == {"submitted"}


def test_refusal_is_no_verdict_in_bulk():
    call = closed_call()
    rows = [submitted(call) for _number in range(2)]
    targets = ",".join(str(row.pk) for row in rows)
    client = as_(Role.MANAGER)

    address = url("application", "decide_many", "ineligible")
    response = client.post(address, {"targets": targets, "reason": "No."})

    assert response.status_code == 404
    assert "Declare not eligible" not in client.get(url("application")).content.decode()
    assert set(Application.objects.values_list("status", flat=True)) == {"submitted"}


def test_verdict_page_has_the_evidence_of_each_check_beside_the_verdict():
    application = submitted(closed_call(), units=["FRF11", "PL219"])
    client = as_(Role.MANAGER)

    pages = [
        client.get(url("application", "change", application.pk)).content.decode(),
        client.get(decide(application, "eligible")).content.decode(),
        client.get(decide(application, "ineligible")).content.decode(),
    ]

    checks = check_submission(application.submissions.get().snapshot)
    assert len(checks) > 1
    for page in pages:
        assert all(check.text in html.unescape(page) for check in checks)
        assert all(str(check.outcome.label) in page for check in checks)


def test_clarification_is_asked_with_sections_and_deadline():
    application = submitted(closed_call())
    due = (timezone.localtime() + timedelta(days=5)).strftime("%Y-%m-%dT%H:%M")

    as_(Role.MANAGER).post(
        decide(application, "return"),
        {"sections": ["partnership"], "question": "Who leads?", "due_at": due},
    )

    application.refresh_from_db()
    question = application.clarifications.get()
    assert application.status == "returned"
    assert (question.sections, question.question) == (["partnership"], "Who leads?")
    assert timezone.localtime(question.due_at).strftime("%Y-%m-%dT%H:%M") == due
    assert [name for name, _to, _status in mails()] == ["returned"]


def test_reviewers_are_assigned_in_bulk_with_conflicts_shown():
    call = closed_call()
    first, second = eligible(call), eligible(call)
    partner = first.partners.first()
    reviewer = person(Role.REVIEWER, email=f"x@{partner.contact_email.partition('@')[2]}")
    client = as_(Role.MANAGER)
    ticked = {"action": "assign", "_selected_action": [first.pk, second.pk]}

    page = client.post(url("application"), ticked)
    client.post(
        url("application", "decide_many", "assign"),
        {"targets": f"{first.pk},{second.pk}", "reviewer_ids": [reviewer.pk]},
    )

    assert "same e-mail domain as a partner" in page.content.decode()
    assert set(Review.objects.values_list("application", "reviewer")) == {
        (first.pk, reviewer.pk),
        (second.pk, reviewer.pk),
    }
    assert [name for name, _to, _status in mails()] == ["review_assigned"] * 2


def test_reviewer_sees_nothing_before_the_declaration():
    application = eligible(closed_call(), title="Upper Rhine secrets")
    review = assigned(application)
    client = as_(review.reviewer)

    pages = [
        client.get(url("review")).content.decode(),
        client.get(url("review", "change", review.pk)).content.decode(),
        client.get(decide(review, "no-conflict")).content.decode(),
    ]

    assert not any("Upper Rhine secrets" in page or "Two banks" in page for page in pages)
    assert application.partners.first().name in pages[2]
    scoring_page = client.get(url("review", "score", review.pk))
    assert (scoring_page.status_code, scoring_page["Location"]) == (302, url("review", "change", review.pk))


def test_reviewer_scores_from_declaration_to_final():
    application = eligible(closed_call())
    review = assigned(application)
    client = as_(review.reviewer)
    need, partnership = application.call.criteria.all()
    sheet = url("review", "score", review.pk)

    client.post(decide(review, "no-conflict"), {"declares": "on"})
    shown = client.get(sheet).content.decode()
    first = {f"score_{need.pk}": "4", f"comment_{need.pk}": "Clear."}

    def press(button, typed):
        base = client.get(sheet).context["sheet"]["base"].value()
        return client.post(sheet, typed | {"base": base, button: ""})

    press("save", first)
    early = press("submit", first | {"comment": "Good"})
    press("submit", first | {"comment": "Good", f"score_{partnership.pk}": "5"})

    assert "Two banks of one river." in shown
    assert "How to score the need." in shown
    assert "Score missing: Partnership" in early.content.decode()
    review.refresh_from_db()
    assert (review.status, str(review.total), review.submission.number) == ("submitted", "88.00", 1)


def test_score_out_of_range_is_refused_and_what_was_typed_is_kept():
    review = scoring(eligible(closed_call()))
    need, partnership = review.application.call.criteria.all()
    sheet = url("review", "score", review.pk)

    response = as_(review.reviewer).post(
        sheet, {f"score_{need.pk}": "6", f"comment_{need.pk}": "Long thoughts", "save": ""}
    )

    page = response.content.decode()
    assert "Enter a whole number from 0 to 5." in page
    assert "Long thoughts" in page
    assert set(ReviewScore.objects.values_list("score", flat=True)) == {None}


def test_others_scores_show_once_the_own_review_is_final():
    application = eligible(closed_call())
    other = scored(application, 5, 4)
    mine = scoring(application)
    client = as_(mine.reviewer)

    before = client.get(url("review", "score", mine.pk)).content.decode()
    criteria = application.call.criteria.all()
    client.post(url("review", "score", mine.pk), {f"score_{c.pk}": "1" for c in criteria} | {"submit": ""})
    after = client.get(url("review", "change", mine.pk)).content.decode()

    assert other.reviewer.name not in before
    assert "92.00" not in before
    assert other.reviewer.name in after
    assert "92.00" in after
    assert client.get(url("review", "change", other.pk)).status_code == 404


def test_board_saves_a_draft_and_counts_on_the_server():
    call = closed_call()
    first, second = eligible(call), eligible(call)
    client = as_(Role.MANAGER)
    selection = drafted(call, {})
    board = url("selection", "board", selection.pk)

    client.post(
        board,
        {
            f"outcome_{first.pk}": "selected",
            f"outcome_{second.pk}": "reserve",
            f"rank_{second.pk}": "1",
            "save": "",
        },
    )
    page = client.get(board).content.decode()

    assert list(selection.entries.order_by("application_id").values_list("outcome", "rank")) == [
        ("selected", None),
        ("reserve", 1),
    ]
    assert re.search(r"<strong data-here>\s*1\s*</strong>", page)
    assert re.search(r"<strong data-after[^>]*>\s*29\s*</strong>", page)


def test_board_keeps_what_was_typed_when_a_field_is_wrong():
    call = closed_call()
    application = eligible(call)
    selection = drafted(call, {})

    response = as_(Role.MANAGER).post(
        url("selection", "board", selection.pk),
        {
            f"outcome_{application.pk}": "reserve",
            f"rank_{application.pk}": "0",
            f"reason_{application.pk}": "Strong partners",
            "save": "",
        },
    )

    assert "Strong partners" in response.content.decode()
    assert selection.entries.count() == 0


def test_selection_goes_from_start_to_release_by_buttons():
    call = closed_call()
    application = eligible(call)
    proposer, confirmer = as_(Role.MANAGER), as_(Role.MANAGER)

    proposer.post(url("selection", "decide_many", "start"), {"call_id": call.pk, "title": "June"})
    selection = Selection.objects.get()
    proposer.post(
        url("selection", "board", selection.pk), {f"outcome_{application.pk}": "selected", "propose": ""}
    )
    preview = proposer.get(decide(selection, "propose")).content.decode()
    proposer.post(decide(selection, "propose"), {"note": "The best."})
    own_page, other_page = (
        person.get(url("selection", "change", selection.pk)).content.decode()
        for person in (proposer, confirmer)
    )
    own = proposer.post(decide(selection, "confirm"), {"reason": ""})
    confirmer.post(decide(selection, "confirm"), {"reason": ""})
    confirmer.post(decide(selection, "release"))

    assert application.reference in preview
    words, button = "A second person confirms", decide(selection, "confirm")
    assert (words in own_page, button in own_page) == (True, False)
    assert (words in other_page, button in other_page) == (False, True)
    assert own.status_code == 409
    assert words in own.content.decode()
    assert PilotRegion.objects.get().application == application
    assert [(name, status) for name, _to, status in mails()] == [("selected", "queued")]
    assert "Upper Rhine" in confirmer.get(url("selection", "change", selection.pk)).content.decode()


def test_start_from_the_ranking_knows_the_call():
    call = closed_call()
    client = as_(Role.MANAGER)

    page = client.get(f"{url('rankedapplication')}?call__id__exact={call.pk}").content.decode()
    form = client.get(f"{url('selection', 'decide_many', 'start')}?call={call.pk}").content.decode()

    assert f"decide/start/?call={call.pk}" in page
    assert f'<option value="{call.pk}" selected>' in form


def test_pilot_region_is_edited_with_its_history():
    region = confirmed_region()
    client = as_(Role.MANAGER)
    address = url("pilotregion", "change", region.pk)

    page = client.get(address).content.decode()
    response = client.post(address, region_form(region) | {"name": "Rhine Valley", "team_max": "2"})

    assert "Upper Rhine" in page
    assert response.status_code == 302, response.context["errors"]
    region.refresh_from_db()
    assert (region.name, region.team_max, region.place) == ("Rhine Valley", 2, 1)
    assert region.history.first().history_user == client.user


def test_pilot_region_goes_public_only_where_the_applicants_agreed():
    region = confirmed_region()

    response = as_(Role.MANAGER).post(
        url("pilotregion", "change", region.pk), region_form(region) | {"is_public": "on"}
    )

    region.refresh_from_db()
    assert region.is_public is False
    assert "have not agreed to publication" in response.content.decode()


def test_summary_of_a_public_region_is_in_english_and_french():
    region = confirmed_region()
    region.application.agrees_to_publication = True
    region.application.save()
    resubmit(region.application)
    client, page = as_(Role.MANAGER), url("pilotregion", "change", region.pk)
    typed = region_form(region) | {"public_summary_en": "Care on both banks"}

    client.post(page, typed)
    refused = client.post(page, typed | {"is_public": "on"})
    region.refresh_from_db()

    assert "French: needed before the region is shown to the public." in refused.content.decode()
    assert (region.public_summary, region.is_public) == ({"en": "Care on both banks"}, False)
    client.post(page, typed | {"is_public": "on", "public_summary_fr": "Des soins sur les deux rives"})
    region.refresh_from_db()
    assert region.is_public


def confirmed_region():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"})
    confirming.confirm(selection_id=selection.pk, by=person(Role.MANAGER))
    return PilotRegion.objects.get()


def region_form(region):
    empty = {
        f"{prefix}-{key}": "0"
        for prefix in ("sides", "needs", "months")
        for key in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return empty | {
        "name": region.name,
        "team_max": "3",
        "units": ["FRF11"],
        "working_languages": ["en"],
        "changes-TOTAL_FORMS": "0",
        "changes-INITIAL_FORMS": "0",
    }


def test_region_is_ended_by_a_decision():
    region = confirmed_region()

    as_(Role.MANAGER).post(decide(region, "end"), {"reason": "They stopped."})

    region.refresh_from_db()
    assert (region.status, region.place) == ("ended", None)


def test_call_is_extended_by_a_decision_and_drafts_are_told():
    call = closed_call()
    working, sent = draft(call), submitted(call)
    later = (timezone.localtime() + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")

    as_(Role.MANAGER).post(decide(call, "extend"), {"closes_at": later, "reason": "The site was down."})

    call.refresh_from_db()
    assert timezone.localtime(call.closes_at).strftime("%Y-%m-%dT%H:%M") == later
    assert call.extensions.get().reason == "The site was down."
    assert [(name, to) for name, to, _status in mails()] == [("extended", working.members.get().user.email)]
    assert sent.members.get().user.email not in str(mails())


def test_call_page_fixes_times_once_open_and_weights_once_scored():
    application = eligible(closed_call())
    client = as_(Role.MANAGER)
    address = url("call", "change", application.call_id)
    before = client.get(address).content.decode()
    scored(application, 4, 4)
    after = client.get(address).content.decode()

    assert 'name="closes_at_0"' not in before
    assert 'name="criteria-0-weight"' in before
    assert 'name="criteria-0-weight"' not in after
    assert 'name="criteria-0-guidance_en"' in after


@pytest.mark.parametrize(
    "page",
    ["application", "review", "selection", "pilotregion", "call", "rankedapplication", "reviewerprofile"],
)
def test_pages_open_in_french(page):
    # Leaving the block brings the language of the other tests back, which the request has changed.
    with override("fr"):
        address = url(page)
        response = as_(Role.MANAGER).get(address)

    assert address.startswith("/fr/")
    assert response.status_code == 200
