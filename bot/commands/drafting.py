"""Changes are asked for, shown with what they would do, and made when the person says yes.

What waits for the yes is a `Draft` in the store, so a restart forgets no question and a button pressed twice does it
once. It lapses after an hour, and belongs to who asked, in the room where it was asked. What it changes must still
be as it was then: of two people who change one rule, the second hears so.
"""

import base64
from dataclasses import replace
from datetime import timedelta
from hashlib import blake2b

from bot.commands.office import Office, Row, reach, who
from bot.domain import Button, Change, Command, Draft, DraftState, Made, Message, Option, Request, Right
from bot.errors import UsageError

LAPSES = timedelta(hours=1)
MOST_OF_A_PLACE = 500
"""Rules of a place, and subscriptions of a place."""
MOST_FEEDS = 50

_TOLD_TO_ALL = frozenset({"subscribe", "unsubscribe"})
"""Commands of which the whole room may see that they were done."""


def propose(
    office: Office,
    request: Request,
    *,
    before: Made | None = None,
    after: Made | None = None,
    says: str,
    words: str = "",
    anybody: bool = False,
) -> Draft:
    """Keep a change until somebody says yes. `anybody`: whoever has the right to `words` may, not only who asked."""
    now = office.clock()
    draft = Draft(
        token="",
        words=words or request.words,
        room=request.room,
        place=request.place,
        person="" if anybody else request.person,
        at=now,
        until=now + LAPSES,
        before=before or Made(),
        after=after or Made(),
        says=says,
    )
    check_room(office, draft)
    seed = repr((request.person, draft))
    token = base64.b32encode(blake2b(seed.encode("utf-8", "replace"), digest_size=10).digest()).decode().lower()
    draft = replace(draft, token=token)
    office.store.keep_draft(draft)
    return draft


def buttons(draft: Draft, label: str = "Confirm") -> tuple[Button, ...]:
    """Return what says yes and no to a draft."""
    return (
        Button(action="confirm", label=label, value=draft.token, style="primary"),
        Button(action="cancel", label="Cancel", value=draft.token),
    )


def settle(office: Office, request: Request, draft: Draft) -> Message:
    """Make a draft's change and let it be live at once. Raises UsageError where the ground has changed."""
    check_room(office, draft)
    if not office.store.settle(draft.token, by=who(request), at=office.clock()):
        raise UsageError("It was changed by somebody else meanwhile. Look at it again, then ask anew.")
    # sources concern the audience too: some are heard in one place only
    office.hooks.audience()
    if draft.before.feeds or draft.after.feeds:
        office.hooks.feeds()
    return Message(
        title="Done",
        lines=(draft.says,),
        buttons=_undoing(office, request),
        private=draft.words not in _TOLD_TO_ALL,
    )


def _undoing(office: Office, request: Request) -> tuple[Button, ...]:
    last = changes_for(office, request, 1)
    return tuple(Button(action="rules", label="Undo", value=f"undo {change.n}", admin=True) for change in last)


def changes_for(office: Office, request: Request, limit: int) -> list[Change]:
    """Return the latest changes that concern whoever asks, newest first."""
    if request.right >= Right.OPERATOR:
        return office.store.changes(limit)
    return office.store.changes(limit, place=reach(request), room=request.room)


def check_room(office: Office, draft: Draft) -> None:
    """Raise UsageError where a place would have more than it may."""
    place = draft.place or draft.room
    rules = {one.key for one in office.store.rules() if one.scope == place}
    heard = {one.key for one in office.store.subscriptions() if (one.place or one.room) == place}
    feeds = {one.key for one in office.store.feeds() if one.scope == place}
    for what, there, added, most in (
        ("rules", rules, {one.key for one in draft.after.rules}, MOST_OF_A_PLACE),
        ("subscriptions", heard, {one.key for one in draft.after.subscriptions}, MOST_OF_A_PLACE),
        ("sources", feeds, {one.key for one in draft.after.feeds}, MOST_FEEDS),
    ):
        if added - there and len(there | added) > most:
            raise UsageError(f"This place has {len(there)} {what}, and {most} is the most; remove some first.")


def known_draft(office: Office, request: Request) -> Draft | None:
    """Return the draft that a request means, if it is this person's, here."""
    draft = office.store.draft(request.options.get("token", "").strip())
    mine = (
        draft is not None and not draft.options and draft.room == request.room and draft.person in ("", request.person)
    )
    return draft if mine else None


async def _confirm(office: Office, request: Request) -> Message:
    draft = _open(office, request)
    if draft.state is DraftState.DONE:
        return Message(title="Done already", lines=(draft.says,), private=True)
    if draft.state is DraftState.CANCELLED:
        raise UsageError("This was cancelled. Ask again if you want it after all.")
    if office.clock() > draft.until:
        raise UsageError("This question is older than an hour. Ask again.")
    return settle(office, request, draft)


async def _cancel(office: Office, request: Request) -> Message:
    draft = _open(office, request)
    if draft.state is DraftState.DONE:
        raise UsageError('It is done already. "rules undo" takes it back.')
    office.store.cancel(draft.token)
    return Message(title="Cancelled", lines=("Nothing was changed.",), private=True)


def _open(office: Office, request: Request) -> Draft:
    draft = known_draft(office, request)
    if draft is None:
        raise UsageError("There is no such question of yours here. Ask again.")
    return draft


_TOKEN = (Option(name="token", about="What the button carries"),)
ROWS = (
    Row(command=Command(words="confirm", about="Say yes to a change", options=_TOKEN, hidden=True), answer=_confirm),
    Row(command=Command(words="cancel", about="Say no to a change", options=_TOKEN, hidden=True), answer=_cancel),
)
