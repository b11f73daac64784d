"""A PostgreSQL server as a change sees it: where it is saved, and whether a lost server may come back.

With a second server that has every commit before it is acknowledged (``synchronous_standby_names``),
COMMIT waits for that server, for ever if it is gone; ``statement_timeout`` does not apply to it. So the
wait is ended here: PostgreSQL then answers that the change is saved on this server, with a warning that
it may not be on the other (source of both: "Synchronous Replication" in its manual, and ``syncrep.c``).
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from ayala.language.phrases import phrase
from ayala.storage.opening import WAIT_SECONDS, server_parameters, several_servers

SAVED_HERE_ONLY = "01000"
"""The state of the warning at COMMIT: committed locally, perhaps not on the second server."""


class Server(psycopg.Connection[Any]):
    """A connection that waits at COMMIT for the second server, and not for ever."""

    patience: float = WAIT_SECONDS
    """Seconds that COMMIT may take."""
    tell: Callable[[str], None] = staticmethod(lambda sentence: None)
    """Hears that it waits."""
    behind = False
    """Whether something was saved on this server and perhaps not on the second."""
    tell_behind: Callable[[], None] = staticmethod(lambda: None)
    """Hears of that at once."""
    _committing = False

    def commit(self) -> None:
        """Save. Returns also when the wait was ended, by time or by Ctrl-C: then :attr:`behind` says so.

        A Ctrl-C that met anything but that wait is raised, and only the database knows what is saved.
        """
        self._committing = True
        try:
            with self._watched():
                super().commit()
        except KeyboardInterrupt:
            if not self.behind:
                raise
        finally:
            self._committing = False

    def hear(self, said: psycopg.errors.Diagnostic) -> None:
        """Take in what the server says beside its answers."""
        if self._committing and said.sqlstate == SAVED_HERE_ONLY:
            self.behind = True
            self.tell_behind()

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        done = threading.Event()
        watch = threading.Thread(target=self._watch, args=(done,), daemon=True)
        watch.start()
        try:
            yield
        finally:
            done.set()
            watch.join()

    def _watch(self, done: threading.Event) -> None:
        first = min(1.0, self.patience)
        if done.wait(first):
            return
        self.tell(phrase("waiting for the second server…"))
        pause = self.patience - first
        while not done.wait(pause):
            with contextlib.suppress(psycopg.Error):
                self.cancel_safe(timeout=5)
            pause = 5


def connect(
    url: str,
    *,
    wait: float = WAIT_SECONDS,
    tell: Callable[[str], None] | None = None,
    tell_behind: Callable[[], None] | None = None,
    context: Any = None,
) -> Server:
    """A connection to the server that takes writes. Raises ``psycopg.Error``."""
    (parameters,) = server_parameters(url, reading=False)
    connection = Server.connect(**parameters, context=context)
    connection.patience = wait
    connection.tell = tell or connection.tell
    connection.tell_behind = tell_behind or connection.tell_behind
    connection.add_notice_handler(connection.hear)
    return connection


def may_come_back(url: str) -> bool:
    """Whether a server that lets nobody write may do so soon; asked after the first connection failed.

    So it is while a server starts or ends, and while there are standbys only. Of several servers that do
    not answer one may take over; a single one that does not answer at all may as well be a wrong address.
    A server that answers and refuses this user does so again.
    """
    (parameters,) = server_parameters(url, reading=False)
    found = []
    for server in _one_by_one(parameters | {"target_session_attrs": "any"}):
        with contextlib.suppress(psycopg.Error):
            psycopg.connect(**server).close()
            return True
        found.append(PGconn.ping(make_conninfo(**server).encode()))
    if Ping.OK in found:
        return False
    return Ping.REJECT in found or several_servers(parameters)


def _one_by_one(parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters of each server of an address."""
    lists = {
        key: str(parameters[key]).split(",") for key in ("host", "hostaddr", "port") if key in parameters
    }
    number = max((len(values) for values in lists.values()), default=1)
    return [
        parameters | {key: values[place % len(values)] for key, values in lists.items()}
        for place in range(number)
    ]
