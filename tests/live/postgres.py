"""A PostgreSQL server of the test's own: a fresh cluster in a folder, on a free port of loopback, ended by its own id."""
import glob, os, shutil, signal, socket, subprocess, time


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
        subprocess.run([*self.as_user, os.path.join(programs, "initdb"), "-D", self.data, "-A", "trust", "-U", "jindo", "-E", "UTF8", "--locale=C.UTF-8"],
                       check=True, capture_output=True, cwd="/")
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.process = subprocess.Popen([*self.as_user, os.path.join(programs, "postgres"), "-D", self.data, "-p", str(self.port), "-h", "127.0.0.1",
                                         "-k", self.data, "-c", "fsync=" + fsync], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
        self.psql = [os.path.join(programs, "psql"), "-h", "127.0.0.1", "-p", str(self.port), "-U", "jindo", "-d", "postgres", "-q"]
        for _ in range(200):
            if subprocess.run([*self.psql, "-c", "SELECT 1"], capture_output=True).returncode == 0:
                return
            time.sleep(0.05)
        raise AssertionError("PostgreSQL did not start")

    def database(self, name):
        subprocess.run([*self.psql, "-c", f"CREATE DATABASE {name}"], check=True)
        return f"postgresql://jindo@127.0.0.1:{self.port}/{name}"

    def text(self, name):
        """Everything in the tables of the database, as text."""
        tables = subprocess.run([*self.psql[:-3], "-d", name, "-q", "-At", "-c", "SELECT tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"],
                                check=True, capture_output=True, text=True).stdout.split()
        return "".join(subprocess.run([*self.psql[:-3], "-d", name, "-q", "-c", f"COPY {table} TO STDOUT"], check=True, capture_output=True, text=True).stdout for table in tables)

    def stop(self):
        pid = int(open(os.path.join(self.data, "postmaster.pid")).readline())
        os.kill(pid, signal.SIGINT)
        self.process.wait(30)
