"""A PostgreSQL server of the test's own: a fresh cluster in a folder, on a free port of loopback, ended by its own
id."""

import glob
import os
import shutil
import signal
import subprocess

from . import processes
from .harness import free_port
from .patience import until


class Postgres:
    def __init__(self, folder, fsync="off"):
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
        assert found, "PostgreSQL's server is not there; run scripts/setup test"
        programs = os.path.dirname(found[-1])
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []  # it does not run as root
        self.data = os.path.join(folder, "postgres")
        os.makedirs(self.data)
        os.chmod(folder, 0o755)
        if self.as_user:
            shutil.chown(self.data, "postgres", "postgres")
        subprocess.run(
            [
                *self.as_user,
                os.path.join(programs, "initdb"),
                "-D",
                self.data,
                "-A",
                "trust",
                "-U",
                "jindo",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            check=True,
            capture_output=True,
            cwd="/",
        )
        self.port = free_port()
        self.process = processes.start(
            [
                *self.as_user,
                os.path.join(programs, "postgres"),
                "-D",
                self.data,
                "-p",
                str(self.port),
                "-h",
                "127.0.0.1",
                "-k",
                self.data,
                "-c",
                "fsync=" + fsync,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )
        self.psql = [
            os.path.join(programs, "psql"),
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            "jindo",
            "-d",
            "postgres",
            "-q",
        ]
        until(
            lambda: subprocess.run([*self.psql, "-c", "SELECT 1"], capture_output=True, text=True).stderr,
            "",
            "PostgreSQL's first answer",
            0.05,
        )

    def database(self, name):
        subprocess.run([*self.psql, "-c", f"CREATE DATABASE {name}"], check=True)
        return f"postgresql://jindo@127.0.0.1:{self.port}/{name}"

    def text(self, name):
        """Everything in the tables of the database, as text."""
        tables = self.ask(
            name,
            "-At",
            "-c",
            "SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
        ).split()
        return "".join(self.ask(name, "-c", f"COPY {table} TO STDOUT") for table in tables)

    def ask(self, name, *words):
        return subprocess.run(
            [*self.psql[:-3], "-d", name, "-q", *words], check=True, capture_output=True, text=True
        ).stdout

    def stop(self):
        processes.end(self.process, signal.SIGINT, int(open(os.path.join(self.data, "postmaster.pid")).readline()))
