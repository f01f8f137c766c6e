"""Every change of a subscription (by the public, and by staff on request) and of a bulletin."""

from newsletter.actions.bulletins import schedule, send_test, try_again, unschedule, untold_names
from newsletter.actions.subscriptions import (
    change,
    confirm,
    erase,
    resubscribe,
    send_link,
    stop_unreachable,
    subscribe,
    unsubscribe,
    unsubscribe_objector,
)

__all__ = [
    "change",
    "confirm",
    "erase",
    "resubscribe",
    "schedule",
    "send_link",
    "send_test",
    "stop_unreachable",
    "subscribe",
    "try_again",
    "unschedule",
    "untold_names",
    "unsubscribe",
    "unsubscribe_objector",
]
