"""The check of the main job: a client of the running portal that sees what a person would see."""

import urllib.request
from collections.abc import Callable

Say = Callable[[str], object]


def run(base_url: str, say: Say) -> bool:
    """Drive the running portal over HTTP and say each step; whether all of it worked.

    Args:
        base_url: of the portal, with a slash at the end.
        say: takes one line for each step.
    """
    return all(_answers(base_url + path, say) for path in ("", "calls/", "about/", "health/ready/"))


def _answers(url: str, say: Say) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            is_there = response.status == 200
    except OSError:
        is_there = False
    say(f"{'done  ' if is_there else 'FAILED'} open {url}")
    return is_there
