"""What only staff can decide about a border: not refused, never met by itself, never passed in bulk."""

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, transaction
from django.test import Client
from django.urls import reverse

from applications import dashboard
from applications.applying.eligibility import check_submission
from applications.calls import eligibility
from applications.calls.eligibility import CheckOutcome
from applications.enums import AttemptOutcome
from applications.form import answers
from applications.models import Application, PilotRegion
from applications.screening import actions
from applications.selecting.actions import confirming
from applications.selecting.actions.sides import confirm_sides
from applications.selecting.querysets import unconfirmed_sides
from applications.selecting.sides import digest_of, sides_as_now
from core.accounts.enums import Role
from core.history import NotAllowed
from core.sections import completeness
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import draft, eligible, ready, resubmit, submit, submitted
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.selections import proposed
from tests.support.default_form import default_form

pytestmark = pytest.mark.django_db

# Partners' regions, the type of the first partner, and the question that is asked.
QUESTIONS = {
    "third side": (["AT113", "HU222"], "", "third_side_possible"),
    "lake": (["AT342", "DE147"], "", "link_doubtful"),
    "point": (["DE132", "FRF11"], "", "link_doubtful"),
    "unsure table": (["MD-GL", "RO212"], "", "link_doubtful"),
    "sea": (["EE001", "FI1B1"], "", "link_maritime"),
    "apart on one border": (["ES212", "FRJ15"], "", "not_adjacent"),
    "near": (["DE131", "FRF11"], "", "link_near"),
    "cross-border partner alone": (["FRF11"], "egtc", "side_stood_for"),
    "cross-border seat inland": (["FR101", "DE134"], "euroregion", "side_stood_for"),
}


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def asking(call, units, kind):
    application = draft(call, units=units, lead_type=kind or "local_authority")
    resubmit(application)
    return application


def manager():
    client = Client()
    client.force_login(person(Role.MANAGER))
    return client


def url(page, *args):
    return reverse(f"admin:applications_application_{page}", args=args)


def statuses(rows):
    found = dict(Application.objects.values_list("pk", "status"))
    return [found[row.pk] for row in rows]


def test_every_question_to_staff_is_orange_and_passes_no_bulk_verdict():
    call = closed_call()
    asked = {name: asking(call, units, kind) for name, (units, kind, _code) in QUESTIONS.items()}
    clear = submitted(call)
    for name, (_units, _kind, code) in QUESTIONS.items():
        checks = check_submission(asked[name].submissions.get().snapshot)
        outcomes = {check.code: check.outcome for check in checks}
        assert (name, outcomes.get(code)) == (name, CheckOutcome.WARNING)
        assert (name, eligibility.is_refused(checks)) == (name, False)
    client, rows = manager(), list(asked.values())
    everybody = [*rows, clear]
    keys = [row.pk for row in everybody]

    page = client.post(url("changelist"), {"action": "eligible", "_selected_action": keys}).content.decode()
    mixed = client.post(
        url("decide_many", "eligible"),
        {"targets": ",".join(map(str, keys)), "reason": "All of them."},
        follow=True,
    ).content.decode()
    questions_alone = ",".join(str(row.pk) for row in rows)
    alone = client.post(url("decide_many", "eligible"), {"targets": questions_alone, "reason": "All."})
    twice = ",".join([str(rows[0].pk)] * 2)
    client.post(url("decide_many", "eligible"), {"targets": twice, "reason": ""})

    assert page.count("Not changed: not every automatic check agrees.") == len(rows)
    assert all(row.reference in mixed for row in rows)
    assert alone.status_code == 409
    assert statuses(everybody) == ["submitted"] * len(rows) + ["eligible"]
    assert {row.changes.last().to_status for row in rows} == {"submitted"}


def test_question_to_staff_is_decided_by_itself_with_a_reason():
    application = asking(closed_call(), *QUESTIONS["third side"][:2])
    client, by = manager(), person(Role.MANAGER)
    for reason in ("", "  ", "\n"):
        with pytest.raises(ValidationError, match="say why it is eligible"):
            actions.declare_eligible(application_id=application.pk, by=by, reason=reason)
        refused = client.post(url("decide_one", application.pk, "eligible"), {"reason": reason})
        assert "Say why the application is eligible" in refused.content.decode()
    assert statuses([application]) == ["submitted"]

    client.post(url("decide_one", application.pk, "eligible"), {"reason": "Two sides are enough here."})

    assert statuses([application]) == ["eligible"]


@pytest.mark.parametrize("kind", ["egtc", "euroregion"])
def test_cross_border_partner_may_apply_alone(kind):
    application = ready(units=("FRF11",))
    application.partners.update(type_id=kind)
    attempt = submit(application)
    assert attempt.outcome == AttemptOutcome.ACCEPTED
    checks = check_submission(attempt.submission.snapshot)
    assert {check.outcome for check in checks} == {CheckOutcome.WARNING}


def test_any_other_partner_alone_lacks_the_other_side():
    application = ready(units=("FRF11",))
    lacks = completeness.missing(answers.read(application), default_form())
    assert [lack.text for lack in lacks] == ["At least two partners, one from each side of the border"]
    assert submit(application).outcome == AttemptOutcome.INCOMPLETE


def test_territory_with_a_third_country_does_not_refuse_a_cross_border_partner():
    application = ready(units=("AT113", "HU222"))
    Application.objects.get(pk=application.pk).units.add("SI031")
    assert submit(Application.objects.get(pk=application.pk)).outcome == AttemptOutcome.NOT_ELIGIBLE
    application.partners.filter(is_lead=True).update(type_id="egtc")
    assert submit(Application.objects.get(pk=application.pk)).outcome == AttemptOutcome.ACCEPTED


@pytest.mark.parametrize(
    ("units", "languages"),
    [
        (["CH040", "DE138"], {"CH": {"de"}, "DE": {"de"}}),
        (["ES415", "PT11D"], {"ES": {"es"}, "PT": {"pt"}}),
        (["ES114", "PT111"], {"ES": {"es", "gl"}, "PT": {"pt"}}),
        (["BE213", "NL411"], {"BE": {"nl"}, "NL": {"nl"}}),
        (["BE336", "DEA2D"], {"BE": {"de", "fr"}, "DE": {"de"}}),
        (["ITH10", "AT332"], {"AT": {"de"}, "IT": {"de", "it", "lld"}}),
        (["CH070", "CH056", "ITC41"], {"CH": {"de", "it", "rm"}, "IT": {"it"}}),
        (["UA-21", "HU323"], {"HU": {"hu"}, "UA": {"uk"}}),
    ],
)
def test_languages_of_a_side_are_those_of_its_regions_and_wait_to_be_confirmed(units, languages):
    call = closed_call()
    application = eligible(call, units=units)
    selection = proposed(call, {application: "selected"})

    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    sides = PilotRegion.objects.get().sides.all()
    assert {s.country_id: {x.pk for x in s.languages.all()} for s in sides} == languages
    assert list(unconfirmed_sides(PilotRegion.objects.active())) == [PilotRegion.objects.get()]


def test_sides_wait_on_the_home_page_until_they_are_confirmed_and_again_once_they_change():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    region, staff = PilotRegion.objects.get(), manager()
    address = reverse("admin:applications_pilotregion_change", args=[region.pk])

    def waiting():
        (item,) = [w for w in dashboard.waiting_for(person(Role.MANAGER)) if "sides=unconfirmed" in w.url]
        listed = list(staff.get(item.url).context["cl"].result_list)
        assert len(listed) == item.count
        return listed

    def confirm():
        page = staff.get(decision)
        return staff.post(decision, {"reason": "Asked them.", "seen": page.context["form"]["seen"].value()})

    decision = reverse("admin:applications_pilotregion_decide_one", args=[region.pk, "confirm-sides"])
    page = staff.get(address)
    assert "to be confirmed with the button" in page.content.decode()
    assert waiting() == [region]

    assert confirm().status_code == 302
    assert waiting() == []
    kept = region.sides_confirmations.get()
    assert (kept.reason, {row["country"] for row in kept.sides}) == (
        "Asked them.",
        set(region.sides.values_list("country", flat=True)),
    )
    assert confirm().status_code == 409

    sent = _sent(staff.get(address))
    assert staff.post(address, sent | {"sides-0-languages": ["lb"]}).status_code == 302
    assert waiting() == [region]
    assert confirm().status_code == 302
    assert waiting() == []
    region.sides.first().delete()
    assert waiting() == [region]
    assert "At least two sides are needed" in confirm().content.decode()


def test_sides_that_changed_after_the_page_was_opened_are_not_confirmed():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    region = PilotRegion.objects.get()
    seen = digest_of(sides_as_now(region))
    region.sides.first().languages.set(["lb"])

    with pytest.raises(ValidationError, match="have changed"):
        confirm_sides(region_id=region.pk, by=person(Role.MANAGER), seen=seen)
    with pytest.raises(NotAllowed):
        confirm_sides(region_id=region.pk, by=person(Role.REVIEWER))
    assert not region.sides_confirmations.exists()
    kept = confirm_sides(region_id=region.pk, by=person(Role.MANAGER))
    with pytest.raises(ValidationError, match="confirmed already"):
        confirm_sides(region_id=region.pk, by=person(Role.MANAGER))
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        type(kept).objects.update(reason="Somebody else.")


def test_third_country_near_a_region_is_decided_on_by_a_person():
    call = closed_call()
    selection = proposed(call, {eligible(call, units=["AT113", "HU222"]): "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    region, staff = PilotRegion.objects.get(), manager()
    address = reverse("admin:applications_pilotregion_decide_one", args=[region.pk, "confirm-sides"])
    many = reverse("admin:applications_pilotregion_decide_many", args=["confirm-sides"])

    page = staff.get(address)
    assert "No side of its own is needed for: Slovenia" in page.content.decode()
    seen = page.context["form"]["seen"].value()
    assert "Tick this, or add the side first." in staff.post(address, {"seen": seen}).content.decode()
    staff.post(many, {"targets": region.pk})
    assert not region.sides_confirmations.exists()

    assert staff.post(address, {"seen": seen, "no_other_side": "on"}).status_code == 302
    assert region.sides_confirmations.get().not_needed == ["SI"]
    region.sides.create(country_id="SI").languages.set(["sl"])
    assert "No side of its own" not in staff.get(address).content.decode()
    assert confirm_sides(region_id=region.pk, by=person(Role.MANAGER)).not_needed == []


def _sent(page):
    """Return what the form of a page of the administration sends when nothing is changed."""
    context = page.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    fields = {field.html_name: field.value() for form in forms for field in form}
    return {
        name: "on"
        if value is True
        else [getattr(each, "pk", each) for each in value]
        if isinstance(value, list)
        else value
        for name, value in fields.items()
        if value is not None and value is not False
    }
