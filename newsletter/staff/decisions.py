"""The buttons of the newsletter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.enums import ActionVariant

from core.staff.admin import Decision, DecisionForm, ReasonForm
from core.staff.inputs import BrusselsTimeField
from core.translated.gaps import further_languages, gaps
from newsletter import actions, pipeline
from newsletter.enums import BulletinStatus, SubscriberStatus
from newsletter.models import Bulletin, Subscriber

CHANGE = "newsletter.change_subscriber"
SEND = "newsletter.send_bulletin"


class ScheduleForm(DecisionForm):
    send_at = BrusselsTimeField(label=_("Send at"), help_text=_("Leave empty to send now."), required=False)
    tells_no_outcome = forms.BooleanField(
        label=_("The bulletin does not reveal anybody’s outcome"),
        help_text=_(
            "Tick this only if the text would be the same whatever the outcome for those named below."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [name for bulletin in self.targets for name in actions.untold_names(cast(Bulletin, bulletin))]
        if names:
            held = _("Their letters are still held: %(names)s.") % {"names": ", ".join(names)}
            self.fields["tells_no_outcome"].help_text = f"{self.fields['tells_no_outcome'].help_text} {held}"
        else:
            del self.fields["tells_no_outcome"]


def preview_context(request: HttpRequest | None, targets: Sequence[Bulletin]) -> dict[str, Any]:
    """Return a bulletin in each of its languages, as subscribers get it."""
    (bulletin,) = targets
    return {"languages": [pipeline.contents(bulletin, language) for language, _text in bulletin.body]}


def _say_how_many(targets: Sequence[Bulletin]) -> list[str]:
    (bulletin,) = targets
    count = Subscriber.objects.waiting_for(bulletin).count()
    text = ngettext(
        "%(count)d subscriber would receive it now. Once sent, it cannot be recalled.",
        "%(count)d subscribers would receive it now. Once sent, it cannot be recalled.",
        count,
    )
    return [text % {"count": count}, *_say_what_is_missing(bulletin)]


def _say_what_is_missing(bulletin: Bulletin) -> list[str]:
    """Say in which languages its readers get English; without French it cannot be sent at all."""
    missing = gaps([bulletin], further_languages())
    text = _("Not translated yet, sent in English: %(texts)s.")
    return [text % {"texts": "; ".join(missing)}] if missing else []


def _is_with_us(bulletin: Bulletin) -> bool:
    """Whether nobody has got it, though it left its draft."""
    is_failed = bulletin.status == BulletinStatus.FAILED
    return bulletin.status == BulletinStatus.SCHEDULED or (is_failed and not bulletin.deliveries.exists())


BULLETIN_DECISIONS = [
    Decision(
        name="test",
        label=_("Send me a test"),
        action=actions.send_test,
        target="bulletin_id",
        permission=SEND,
        explain=_("You will receive the saved bulletin in each language. Nobody else receives anything."),
        done=_("The test is being sent to you."),
        icon="science",
        variant=ActionVariant.DEFAULT,
    ),
    Decision(
        name="schedule",
        label=_("Send or schedule"),
        action=actions.schedule,
        target="bulletin_id",
        permission=SEND,
        form=ScheduleForm,
        is_possible=lambda bulletin: bulletin.status == BulletinStatus.DRAFT,
        explain=_say_how_many,
        preview="admin/newsletter/_preview.html",
        preview_context=preview_context,
        done=_("Bulletin scheduled."),
        icon="schedule_send",
    ),
    Decision(
        name="try-again",
        label=_("Try again"),
        action=actions.try_again,
        target="bulletin_id",
        permission=SEND,
        is_possible=lambda bulletin: bulletin.status == BulletinStatus.FAILED,
        explain=_("Everybody who has not yet received the bulletin will get it. Nobody gets it twice."),
        done=_("The bulletin is being sent."),
        icon="refresh",
    ),
    Decision(
        name="unschedule",
        label=_("Return to draft"),
        action=actions.unschedule,
        target="bulletin_id",
        permission=SEND,
        is_possible=_is_with_us,
        explain=_("The bulletin will not be sent and can be edited again."),
        done=_("Bulletin returned to draft."),
        icon="undo",
        variant=ActionVariant.DEFAULT,
    ),
]

SUBSCRIBER_DECISIONS = [
    Decision(
        name="unsubscribe",
        label=_("Unsubscribe (subscriber asked)"),
        action=actions.unsubscribe,
        target="subscriber_id",
        permission=CHANGE,
        form=ReasonForm,
        is_possible=lambda subscriber: subscriber.can_move(SubscriberStatus.UNSUBSCRIBED),
        explain=_("The address will receive no more newsletters. E-mails waiting to be sent are cancelled."),
        done=_("Unsubscribed."),
        icon="unsubscribe",
    ),
    Decision(
        name="erase",
        label=_("Delete address"),
        action=actions.erase,
        target="subscriber_id",
        permission=CHANGE,
        form=ReasonForm,
        is_possible=lambda subscriber: not subscriber.erased_at,
        explain=_("The address is unsubscribed and permanently deleted. The consents are kept without it."),
        done=_("Address deleted."),
        icon="delete_forever",
        variant=ActionVariant.DANGER,
    ),
]
