"""Why something was told or not, how the sources are, and what can be asked."""

from bot import briefs
from bot.commands.office import Office, Row
from bot.commands.pages import page_of, turning
from bot.domain import Command, Message, Option, Request, Right
from bot.errors import UsageError
from bot.rules.values import shown


async def _why(office: Office, request: Request) -> Message:
    link = request.options["link"].strip().strip("<>")
    found = office.store.find_item(link)
    if found is None:
        raise UsageError(
            f'No item with the link "{shown(link)}" was read. "status" shows which sources are read, and when.'
        )
    item, outcome, because, key = found
    story = office.store.story(key) if key else None
    return briefs.why(item.title, outcome, because, office.store.trail(item.key), story)


async def _status(office: Office, request: Request) -> Message:
    feeds, states, now = office.feeds_for(request), office.store.feed_states(), office.clock()
    page = page_of(request, feeds)
    told = briefs.status(feeds, page.shown, states, office.store.counts(), office.store.waiting(), now)
    return briefs.with_footer(told, page.footer, turning(STATUS, request, page))


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
