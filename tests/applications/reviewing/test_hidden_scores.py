"""What others scored is hidden until one's own review is final: two worlds that differ in it look the same.

Each page is read twice, once where the other reviewer gave the highest scores and once where the lowest;
whoever still has a review to finish must not be able to tell one from the other.
"""

import re

import pgtrigger
import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Review, ReviewScore
from core.access_log.models import Access
from core.accounts.enums import Role
from tests.builders.applications import eligible
from tests.builders.calls import closed_call
from tests.builders.people import person
from tests.builders.reviews import assigned, scored, scoring
from tests.builders.selections import drafted
from tests.support.caching import empty_caches

pytestmark = pytest.mark.django_db
PASSING = re.compile(
    rb'csrfmiddlewaretoken" value="[^"]+"|nonce="[^"]*"|"X-CSRFToken": "[^"]+"|, \d\d:\d\d:\d\d<'
)


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def url(model, page="changelist", *args, query=""):
    return reverse(f"admin:applications_{model}_{page}", args=args) + query


@pytest.fixture
def world():
    """An application scored by another person and open for `reader`; two more to compare it with."""
    call = closed_call(weights={"need": 60, "partnership": 40})
    hidden, middle, low = (eligible(call) for _number in range(3))
    other = scored(hidden, 5, 5)
    scored(middle, 3, 3)
    scored(low, 1, 2)
    return {"call": call, "hidden": hidden, "middle": middle, "other": other}


def rescore(review, score):
    """Change a final review behind the portal's back, everything else being equal."""
    with pgtrigger.ignore():
        ReviewScore.objects.filter(review=review).update(score=score, comment=f"Worth {score}.")
        Review.objects.filter(pk=review.pk).update(total=score * 20, comment=f"All in all {score}.")


def seen(client, address):
    empty_caches()
    answer = client.get(address)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, PASSING.sub(b"", content)


def in_both_worlds(user, world, addresses):
    """What the user sees at each address where the other scored 5, and where 0."""
    client = Client()
    client.force_login(user)
    pages = []
    for score in (5, 0):
        rescore(world["other"], score)
        with pgtrigger.ignore():
            Access.objects.all().delete()  # else a second visit shows the first
        pages.append([seen(client, address) for address in addresses])
    return pages


def lists():
    """The lists and exports: as they come, sorted by what is scored, searched and filtered by it."""
    flags = [f"?flag={flag}" for flag in ("disagreement", "threshold", "none")]
    sorts = [f"?o={sign}{column}" for column in (4, 5, 6, 7) for sign in ("", "-")]
    return [
        *(url("rankedapplication", query=query) for query in ("", *sorts, *flags, "?q=Worth")),
        *(url("rankedapplication", "export", "csv", query=query) for query in ("", "?o=-5", *flags)),
        *(url("application", query=query) for query in ("", "?o=8", "?o=-8", "?cover=complete")),
        *(url("application", "export", "csv", query=query) for query in ("", "?o=-8")),
        *(url("review", query=query) for query in ("", "?o=7", "?o=-7", "?q=Worth", "?q=All")),
        *(url("review", "export", "csv", query=query) for query in ("", "?o=-7")),
        reverse("admin:index"),
    ]


def rows(world):
    hidden, other = world["hidden"], world["other"]
    return [
        url("application", "change", hidden.pk),
        url("application", "history", hidden.pk),
        url("rankedapplication", "change", hidden.pk),
        url("review", "change", other.pk),
        url("review", "history", other.pk),
        url("review", "score", other.pk),
        url("review", "decide_one", other.pk, "reopen"),
        url("review", query=f"?reviewer__id__exact={other.reviewer_id}"),
    ]


@pytest.mark.parametrize("status", ["assigned", "scoring"])
def test_manager_with_a_review_to_finish_cannot_tell_what_the_other_scored(world, status):
    manager = person(Role.MANAGER)
    mine = (assigned if status == "assigned" else scoring)(world["hidden"], manager)
    board = drafted(world["call"], {world["hidden"]: "selected", world["middle"]: "selected"}, by=manager)
    own = [url("review", "change", mine.pk), url("review", "score", mine.pk)]
    addresses = [*lists(), *own, url("selection", "board", board.pk), *rows(world)]

    high, low = in_both_worlds(manager, world, addresses)

    told = [address for address, a, b in zip(addresses, high, low, strict=True) if a != b]
    assert told == []
    assert {status for status, _page in high} <= {200, 302, 404}


@pytest.mark.parametrize("status", ["assigned", "scoring"])
def test_reviewer_with_a_review_to_finish_cannot_tell_what_the_other_scored(world, status):
    mine = (assigned if status == "assigned" else scoring)(world["hidden"])
    own = [
        url("review", "change", mine.pk),
        url("review", "score", mine.pk),
        url("review", "decide_one", mine.pk, "conflict"),
    ]
    addresses = [*lists(), *rows(world), *own]

    high, low = in_both_worlds(mine.reviewer, world, addresses)

    assert high == low
    # Other people's rows are not there at all, and neither are the lists that compare applications.
    at = dict(zip(addresses, high, strict=True))
    assert at[url("review", "change", world["other"].pk)][0] == 404
    assert at[url("rankedapplication")][0] == 403
    assert world["other"].reviewer.get_full_name().encode() not in at[url("review")][1]


def test_whoever_has_no_review_to_finish_sees_the_scores(world):
    """Else the tests above would hold for pages that show nothing to anybody."""
    manager = person(Role.MANAGER)
    shown = [
        url("rankedapplication"),
        url("rankedapplication", query="?o=5"),
        url("rankedapplication", query="?flag=threshold"),
        url("rankedapplication", "export", "csv"),
        url("application"),
        url("application", "export", "csv"),
        url("application", "change", world["hidden"].pk),
        url("review", "change", world["other"].pk),
        url("review"),
        url("review", "export", "csv"),
    ]

    high, low = in_both_worlds(manager, world, shown)

    assert [address for address, a, b in zip(shown, high, low, strict=True) if a == b] == []


def test_scores_show_to_the_reviewer_once_the_own_review_is_final(world):
    mine = scored(world["hidden"], 3, 3)

    high, low = in_both_worlds(mine.reviewer, world, [url("review", "change", mine.pk)])

    assert b"Worth 5." in high[0][1]
    assert b"All in all 0." in low[0][1]
