"""Two PostgreSQL servers: a primary, and a standby that has every commit before it is acknowledged.

Both listen at Unix sockets of one folder, told apart by their ports, so that no port of the machine is taken. The
primary is killed as a power cut would end it for its clients: stopped first, then SIGKILL to it and to all its
children, so that none of them says good-bye. Who watches over real servers (Patroni) promotes the standby; here the
test does.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import subprocess
import time
from typing import Any
from urllib.parse import quote

from tests.postgres import SETTINGS, Ground

REPLICATING = SETTINGS | {
    "wal_level": "replica",
    "max_wal_senders": "8",
    "hot_standby": "on",
    "synchronous_commit": "on",
    "wal_receiver_status_interval": "1s",
    "wal_keep_size": "32MB",
    "min_wal_size": "32MB",
    "max_wal_size": "64MB",
    # A standby that has just lost its primary would look around for five seconds before it hears of its promotion.
    "wal_retrieve_retry_interval": "50ms",
}


def children(parent: int) -> list[int]:
    """The processes that a process has started itself."""
    told = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = (line.split() for line in told.splitlines())
    return [int(pid) for pid, of in pairs if int(of) == parent]


class Node:
    """One server of a cluster."""

    def __init__(self, ground: Ground, number: int) -> None:
        self.ground = ground
        self.name = f"node{number}"
        self.port = 5432 + number
        self.data = ground.folder / self.name
        self.log = ground.folder / f"{self.name}.log"

    def start(self) -> None:
        self.process = self.ground.serve(self.data, self.log, REPLICATING | {"port": str(self.port)})
        self.connect()

    def connect(self) -> None:
        """The test's own connection; what it writes never waits for the other server."""
        self.admin = self.ground.connect(self.url("postgres"), self.process, self.log)
        self.admin.execute("SET synchronous_commit = local")

    def url(self, database: str, user: str = "postgres") -> str:
        return (
            f"postgresql://{user}@/{database}?host={quote(str(self.ground.folder), safe='')}&port={self.port}"
        )

    def ask(self, sql: str) -> Any:
        """The first value of an answer."""
        return self.admin.execute(sql).fetchone()[0]

    def set(self, name: str, value: str) -> None:
        """Change a setting for good, and wait until it holds."""
        self.admin.execute(f"ALTER SYSTEM SET {name} = '{value}'")
        self.admin.execute("SELECT pg_reload_conf()")
        deadline = time.monotonic() + 10
        while self.ask(f"SELECT current_setting('{name}')") != value:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name} does not take {name} = '{value}'")
            time.sleep(0.01)

    def kill(self) -> None:
        """End the server and all its children at once, with no word to anybody."""
        self.process.send_signal(signal.SIGSTOP)
        for child in children(self.process.pid):
            os.kill(child, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        self.admin.close()

    def stop(self) -> None:
        """End the server as its service would; what it holds is not asked for."""
        self.admin.close()
        self.process.send_signal(signal.SIGQUIT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill()


class Cluster:
    """A primary and its synchronous standby."""

    def __init__(self) -> None:
        self.ground = Ground()
        self.numbers = itertools.count(1)
        self.running: list[Node] = []
        self.dead: list[Node] = []
        try:
            self.primary = self.node()
            self.ground.make(self.primary.data)
            with (self.primary.data / "pg_hba.conf").open("a") as access:
                access.write("local replication all trust\n")
            self.begin(self.primary)
            self.standby: Node | None = None
            self.add_standby()
        except BaseException:
            self.stop()
            raise

    def node(self) -> Node:
        return Node(self.ground, next(self.numbers))

    def begin(self, node: Node) -> None:
        node.start()
        self.running.append(node)
        if node in self.dead:
            self.dead.remove(node)

    def url(self, database: str, *nodes: Node, user: str = "postgres") -> str:
        """The address of a database on these servers, or on those that run now."""
        servers = nodes or tuple(self.running)
        folder = quote(str(self.ground.folder), safe="")
        hosts, ports = ",".join(folder for _ in servers), ",".join(str(node.port) for node in servers)
        return f"postgresql://{user}@/{database}?host={hosts}&port={ports}"

    def add_standby(self, node: Node | None = None) -> None:
        """Copy the primary into a new standby, and go on once every commit waits for it.

        What dead servers left on the disk is thrown away first; one of them may be the new standby.
        """
        for one in self.dead:
            shutil.rmtree(one.data)
        self.dead.clear()
        standby = node or self.node()
        self.ground.run(
            "pg_basebackup",
            *(
                "--pgdata",
                standby.data,
                "--checkpoint=fast",
                "--no-sync",
                "--no-manifest",
                "--write-recovery-conf",
            ),
            *("--dbname", f"{self.primary.url('postgres')}&application_name={standby.name}"),
        )
        self.begin(standby)
        self.standby = standby
        self.primary.set("synchronous_standby_names", standby.name)
        deadline = time.monotonic() + 30
        wanted = f"SELECT count(*) FROM pg_stat_replication WHERE application_name = '{standby.name}' AND sync_state = 'sync'"
        while self.primary.ask(wanted) != 1:
            if time.monotonic() > deadline:
                raise RuntimeError(
                    f"{standby.name} does not follow:\n{standby.log.read_text(errors='replace')}"
                )
            time.sleep(0.02)

    def kill(self, node: Node) -> None:
        node.kill()
        self.running.remove(node)
        self.dead.append(node)
        if node is self.standby:
            self.standby = None

    def promote(self) -> None:
        """Make the standby the primary: it then waits for no other server."""
        assert self.standby is not None
        node, self.standby = self.standby, None
        # A copy of the old primary's settings would have it wait for itself.
        node.set("synchronous_standby_names", "")
        node.ask("SELECT pg_promote(true, 30)")
        self.primary = node

    def stop(self) -> None:
        for node in self.running:
            node.stop()
        self.ground.clear()
