"""All that touches the outside: feeds, disk, chats, clock; knows only the core's words, errors and doors."""
