"""Why something was told or not, how the sources are, and what can be asked."""

from bot import briefs
from bot.alerts import Judged, subject_of
from bot.commands.office import Office, Row, reach, sees
from bot.commands.pages import page_of, turning
from bot.commands.trying import audience, heard_here
from bot.domain import Command, Key, Message, Option, Outcome, Reading, Request, Right, RuleKind, StoppedRoom, Story
from bot.errors import UsageError
from bot.rules.values import shown


async def _why(office: Office, request: Request) -> Message:
    link = request.options["link"].strip().strip("<>").partition("|")[0]
    found = office.store.find_item(link, reach(request)) or office.store.find_item(link)
    if found is None or found[0].feed in _hidden(office, request):
        raise UsageError(
            f'No item with the link "{shown(link)}" was read. "status" shows which sources are read, and when.'
        )
    item, outcome, because, key = found
    story = office.story(request, key)
    reading = office.store.reading(item.key) or Reading(relevant=False)
    here = audience(office, request, heard_here(office, request))
    subject = subject_of(item, reading, story if reading.relevant else None)
    verdicts = here.explain(subject, request.room)
    trail = office.store.trail(item.key)
    if request.right < Right.OPERATOR:
        # what was chosen for other rooms is theirs to know
        trail = [step for step in trail if step.verb != "choose" or step.outcome == Outcome.SILENT]
        because = _because(office, request, reading, story, here.judge(subject), because)
    return briefs.why(item.title, f"{outcome}: {because}", trail, verdicts, story)


def _hidden(office: Office, request: Request) -> set[Key]:
    return {feed.key for feed in office.all_feeds() if not sees(request, feed.scope)}


def _because(
    office: Office, request: Request, reading: Reading, story: Story | None, judged: Judged, because: str
) -> str:
    """Return why a story was or was not told in this room, with no word of others."""
    if story is None:
        return because if not reading.relevant else "it is in no story"
    if request.room in office.store.told(story.key):
        return "told here"
    if judged.picked.get(RuleKind.MUTE):
        return f"not told here: mute rule {judged.picked[RuleKind.MUTE][0].name}"
    if request.room in judged.rooms:
        return f"not told here when it came, though now it would be: {judged.rooms[request.room]}"
    return "not told here: no subscription of this channel asks for it"


async def _status(office: Office, request: Request) -> Message:
    feeds, states, now = office.feeds_for(request), office.store.feed_states(), office.clock()
    page = page_of(request, feeds)
    stopped = _stopped(office, request)
    counts, waiting = office.store.counts(), office.store.waiting()
    told = briefs.status(feeds, page.shown, states, counts, waiting, now, stopped=stopped)
    return briefs.with_footer(told, page.footer, turning(office, STATUS, request, page))


def _stopped(office: Office, request: Request) -> list[StoppedRoom]:
    """Return the rooms that take nothing, of those that are any business of whoever asks."""
    places = office.store.places() if request.place else {}

    def concerns(room: str) -> bool:
        here = room == request.room or (request.place != "" and places.get(room) == request.place)
        return here or request.right >= Right.OPERATOR

    return [one for one in office.store.stopped() if concerns(one.room)]


def usage(command: Command) -> str:
    """Return how a command is typed: ``between A B``, ``latest [RULE]``."""
    names = [one.name.upper() if one.required else f"[{one.name.upper()}]" for one in command.options]
    return " ".join([command.words, *(name for name in names if name != "[PAGE]")])


STATUS = Command(
    words="status",
    about="When each source was last read, and what is waiting",
    options=(Option(name="page", about="which page", required=False),),
)
WHY = Command(
    words="why",
    about="Why an item was or was not told here",
    options=(Option(name="link", about="The article's link", kind="link"),),
    private=True,
)
HELP = Command(words="help", about="What you can ask here", private=True)

ROWS = (Row(command=WHY, answer=_why), Row(command=STATUS, answer=_status))


def help_message(commands: list[Command], right: Right) -> Message:
    """List what somebody with this right may ask."""
    lines = tuple(f"{usage(command)}: {command.about}" for command in commands if command.right <= right)
    return Message(title="What you can ask", lines=lines, private=True)
