"""A selection from draft to letters, and the way back."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from applications.enums import SELECTION_MOVES, ApplicationStatus, PilotStatus, SelectionStatus
from applications.models import Application, PilotRegion, Selection
from applications.selecting.actions import confirming, lettering, piloting, selecting, withdrawing
from core.accounts.enums import Role
from core.accounts.models import User
from core.history import IllegalMove, NotAllowed
from tests.builders.acceptance import ALL_THE_SAME
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.selections import drafted, fill_places, proposed, undone_by_two
from tests.support.mailbox import beside_receipts, mails
from tests.support.undoing import undone

GOING_ON = {"accepting": ALL_THE_SAME}
pytestmark = pytest.mark.django_db


def statuses(*applications):
    rows = Application.objects.in_bulk([application.pk for application in applications])
    return [rows[application.pk].status for application in applications]


def test_confirm_moves_every_application_with_history_and_opens_regions():
    call = closed_call()
    first, second, third = eligible(call), eligible(call), eligible(call)
    selection = proposed(call, {first: "selected", second: "reserve", third: "not_selected"})
    manager = person(Role.MANAGER)

    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=manager)

    assert statuses(first, second, third) == ["selected", "reserve", "not_selected"]
    last = first.changes.last()
    assert (last.from_status, last.to_status, last.by) == ("eligible", "selected", manager)
    assert list(PilotRegion.objects.values_list("application", "place")) == [(first.pk, 1)]


def test_confirm_prefills_the_region_from_the_submission_not_the_working_copy():
    call = closed_call()
    application = eligible(call)
    application.needs.all().delete()
    Application.objects.filter(pk=application.pk).update(half_days_per_month=40, title="Changed since")
    selection = proposed(call, {application: "selected"})

    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    region = PilotRegion.objects.get()
    assert region.name == "Upper Rhine"
    assert [
        (s.country_id, [x.pk for x in s.languages.all()]) for s in region.sides.order_by("country_id")
    ] == [
        ("DE", ["de"]),
        ("FR", ["fr"]),
    ]
    assert [x.pk for x in region.working_languages.all()] == ["en"]
    assert [(n.area_id, n.weight, n.level, n.is_must) for n in region.needs.all()] == [
        ("clld-design", 3, 2, True),
        ("gov-crossborder", 1, 1, False),
    ]
    assert [(m.month, m.half_days) for m in region.months.all()] == [
        (date(2026, month, 1), 4) for month in (9, 10, 11)
    ]
    assert (region.team_max, region.is_public) == (3, False)
    assert sorted(region.units.values_list("pk", flat=True)) == ["DE134", "FRF11"]


def test_confirm_holds_the_letters_until_they_are_released_together():
    call = closed_call()
    chosen, spare = eligible(call), eligible(call)
    User.objects.filter(memberships__application=spare).update(language="fr")
    selection = proposed(call, {chosen: "selected", spare: "reserve"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    held = mails()

    released = lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    leads = [a.members.get(role="lead").user.email for a in (chosen, spare)]
    assert sorted(held) == [("reserve", leads[1], "held"), ("selected", leads[0], "held")]
    assert released == 2
    assert {status for _template, _to, status in mails()} == {"queued"}
    assert dict(beside_receipts().values_list("to", "language")) == {leads[0]: "en", leads[1]: "fr"}
    with pytest.raises(ValidationError):
        lettering.release(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))


def test_confirm_needs_a_second_person():
    call = closed_call()
    application, proposer = eligible(call), person(Role.MANAGER)
    selection = proposed(call, {application: "selected"}, by=proposer)

    with pytest.raises(NotAllowed):
        confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=proposer)

    assert statuses(application) == ["eligible"]
    assert (PilotRegion.objects.count(), mails()) == (0, [])
    with pytest.raises(IntegrityError), transaction.atomic():
        # No action leads here: the database itself refuses it.
        Selection.objects.filter(pk=selection.pk).update(status="confirmed", confirmed_by=proposer)


def test_thirty_places_over_all_calls_are_never_exceeded_and_the_one_that_is_freed_is_given_again():
    fill_places(29)

    for case in (
        more_are_proposed_than_there_are_places,
        places_went_after_the_proposal,
        database_refuses_a_thirty_first_region,
        ended_region_frees_its_place_for_the_next,
    ):
        with undone():
            case()


def more_are_proposed_than_there_are_places():
    call = closed_call()
    first, second = eligible(call), eligible(call)
    selection = drafted(call, {first: "selected", second: "selected"})

    with pytest.raises(ValidationError, match="2 applications are selected, but only 1 place is left"):
        selecting.propose(accepting=ALL_THE_SAME, selection_id=selection.pk, by=selection.created_by, note="")

    assert Selection.objects.get(pk=selection.pk).status == "draft"


def places_went_after_the_proposal():
    call = closed_call()
    selection = proposed(call, {eligible(call): "selected"})
    rival = proposed(call, {eligible(call): "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=rival.pk, by=person(Role.MANAGER))

    with pytest.raises(ValidationError, match="only 0 places are left"):
        confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    assert PilotRegion.objects.active().count() == 30
    assert Selection.objects.get(pk=selection.pk).status == "proposed"


def database_refuses_a_thirty_first_region():
    fill_places(1)
    application = eligible(closed_call())

    with pytest.raises(IntegrityError), transaction.atomic():
        PilotRegion.objects.create(application=application, place=31, name="One too many")
    with pytest.raises(IntegrityError), transaction.atomic():
        PilotRegion.objects.create(application=application, place=30, name="One too many")


def ended_region_frees_its_place_for_the_next():
    fill_places(1)
    region = PilotRegion.objects.get(place=7)
    piloting.end(region_id=region.pk, by=person(Role.MANAGER), reason="The partners gave up.")
    call = closed_call()
    application = eligible(call)

    confirming.confirm(
        accepting=ALL_THE_SAME,
        selection_id=proposed(call, {application: "selected"}).pk,
        by=person(Role.MANAGER),
    )

    assert PilotRegion.objects.get(application=application).place == 7
    region.refresh_from_db()
    assert (region.status, region.place) == ("ended", None)
    assert region.changes.last().reason == "The partners gave up."


def test_places_of_a_call_limit_its_own_selection():
    call = closed_call(places=1)
    first, second = eligible(call), eligible(call)
    selection = drafted(call, {first: "selected", second: "selected"})

    with pytest.raises(ValidationError, match="only 1 place is left"):
        selecting.propose(accepting=ALL_THE_SAME, selection_id=selection.pk, by=selection.created_by, note="")


def test_undo_brings_everything_back_on_record():
    call = closed_call()
    first, second = eligible(call), eligible(call)
    selection = proposed(call, {first: "selected", second: "not_selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))

    undone_by_two(selection, reason="A score was wrong.")

    assert statuses(first, second) == ["eligible", "eligible"]
    assert first.changes.last().reason == "A score was wrong."
    assert {status for _template, _to, status in mails()} == {"discarded"}
    region = PilotRegion.objects.get()
    assert (region.status, region.place) == (PilotStatus.ENDED, None)
    assert [c.to_status for c in selection.changes.all()] == [
        *("draft", "proposed", "confirmed", "undo_asked", "undone")
    ]


def test_selecting_again_after_undo_reopens_the_same_region():
    call = closed_call()
    application = eligible(call)
    selection = proposed(call, {application: "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    region = PilotRegion.objects.get()
    PilotRegion.objects.update(name="Corrected by staff")
    undone_by_two(selection)

    again = selecting.copy(selection_id=selection.pk, by=person(Role.MANAGER), title="Again")
    selecting.propose(accepting=ALL_THE_SAME, selection_id=again.pk, by=again.created_by, note="Now right.")
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=again.pk, by=person(Role.MANAGER))

    region.refresh_from_db()
    assert (region.status, region.place, region.name) == ("active", 1, "Corrected by staff")
    assert [c.to_status for c in region.changes.all()] == ["active", "ended", "active"]


def test_undo_leaves_what_moved_on():
    call = closed_call()
    gone, stays = eligible(call), eligible(call)
    selection = proposed(call, {gone: "selected", stays: "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    withdrawing.withdraw(application_id=gone.pk, by=person(Role.MANAGER), reason="They asked.")

    undone_by_two(selection)

    assert statuses(gone, stays) == ["withdrawn", "eligible"]


def test_undo_of_a_later_selection_keeps_the_reserve_of_the_former():
    call = closed_call()
    spare, chosen = eligible(call), eligible(call)
    confirming.confirm(
        accepting=ALL_THE_SAME, selection_id=proposed(call, {spare: "reserve"}).pk, by=person(Role.MANAGER)
    )
    later = proposed(call, {spare: "reserve", chosen: "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=later.pk, by=person(Role.MANAGER))

    undone_by_two(later)

    assert statuses(spare, chosen) == ["reserve", "eligible"]


def test_reserve_is_promoted_by_a_later_selection():
    call = closed_call()
    spare = eligible(call)
    confirming.confirm(
        accepting=ALL_THE_SAME, selection_id=proposed(call, {spare: "reserve"}).pk, by=person(Role.MANAGER)
    )

    confirming.confirm(
        accepting=ALL_THE_SAME, selection_id=proposed(call, {spare: "selected"}).pk, by=person(Role.MANAGER)
    )

    assert statuses(spare) == ["selected"]
    assert PilotRegion.objects.get().application == spare


@pytest.mark.parametrize("status", SelectionStatus.values)
@pytest.mark.parametrize(
    ("comes_from", "to", "take", "answers"),
    [
        ("draft", "proposed", selecting.propose, {"note": "", **GOING_ON}),
        ("draft proposed", "rejected", selecting.reject, {"reason": "No."}),
        ("proposed", "confirmed", confirming.confirm, GOING_ON),
        ("confirmed", "undo_asked", confirming.ask_to_undo, {"reason": "No."}),
        ("undo_asked", "confirmed", confirming.let_stand, {"reason": "Right."}),
        ("undo_asked", "undone", confirming.undo, {"reason": "No."}),
    ],
)
def test_selection_moves_only_as_the_table_allows(status, comes_from, to, take, answers):
    call = closed_call()
    application = eligible(call)
    selection = in_status(call, application, status)
    before, letters = statuses(application), mails()
    changes = selection.changes.count()
    manager = person(Role.MANAGER)

    if status in comes_from.split():
        assert to in SELECTION_MOVES[status]
        take(selection_id=selection.pk, by=manager, **answers)
        selection.refresh_from_db()
        assert (selection.status, selection.changes.last().by) == (to, manager)
    else:
        with pytest.raises((IllegalMove, ValidationError)):
            take(selection_id=selection.pk, by=manager, **answers)
        selection.refresh_from_db()
        assert (selection.status, selection.changes.count()) == (status, changes)
        assert (statuses(application), mails()) == (before, letters)


def in_status(call, application, status):
    selection = drafted(call, {application: "selected"})
    if status == "rejected":
        selecting.reject(selection_id=selection.pk, by=selection.created_by, reason="No.")
    elif status != "draft":
        selecting.propose(accepting=ALL_THE_SAME, selection_id=selection.pk, by=selection.created_by, note="")
    if status in ("confirmed", "undo_asked", "undone"):
        confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    if status == "undone":
        undone_by_two(selection)
    if status == "undo_asked":
        confirming.ask_to_undo(selection_id=selection.pk, by=person(Role.MANAGER), reason="No.")
    selection.refresh_from_db()
    return selection


def test_undo_refuses_once_results_are_published():
    call = closed_call()
    application = eligible(call)
    selection = proposed(call, {application: "selected"})
    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    call.results_published_at = call.closes_at
    call.save()

    with pytest.raises(ValidationError, match="published"):
        undone_by_two(selection)

    assert statuses(application) == [ApplicationStatus.SELECTED]


def test_selection_goes_on_for_an_application_whose_lead_deleted_the_account():
    call = closed_call()
    chosen, other = eligible(call), eligible(call)
    selection = proposed(call, {chosen: "selected", other: "not_selected"})
    other.members.all().delete()

    confirming.confirm(accepting=ALL_THE_SAME, selection_id=selection.pk, by=person(Role.MANAGER))
    withdrawing.withdraw(application_id=chosen.pk, by=person(Role.MANAGER), reason="They asked.")

    assert {template for template, _to, _status in mails()} >= {"selected"}
    other.refresh_from_db()
    assert other.status == ApplicationStatus.NOT_SELECTED
