"""Discord as a chat: rooms are channels, threads and forum posts; questions come as one application command.

    client      the connection: comes online, stays so, goes offline; installs the command; introduces itself
    sending     a delivery -> one post, edit or follow-up, exactly once; `wire` makes discord.py's objects of it
    pace        how fast: one clock for every request, so that a thousand rooms draw no storm of 429
    faults      Discord's errors and the network's -> Delayed, Doubtful, Undeliverable
    asking      an interaction -> the desk -> an answer, within three seconds; `forms` asks for what is missing
    checking    what `doctor` looks at: token, command, permissions
    welcome     says hello where the bot was invited; `notices` tells those who look after a room of it
    places      where in a server the bot may write, for both
    tasks       breaking off what may not want to end
    render      Message -> Post        pure
    text        what comes from outside, made harmless        pure
    commands    the desk's commands <-> Discord's shape of them        pure

Nothing is kept here that a restart could lose: a button says in its own id what it asks, a post carries its delivery's
key, and the command's present shape is asked of Discord.
"""
