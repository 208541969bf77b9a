"""What every shelf of the store stands on."""

from adapters.store.connection import Connection
from bot.ports import Identity


class Shelf:
    """A part of the store: some tables and the methods that answer from them."""

    def __init__(self, connection: Connection, identity: Identity) -> None:
        self._db = connection
        self._identity = identity
