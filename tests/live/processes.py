"""Whatever a test starts ends with it, however it ends.

under_guard() parts the calling process in three. The caller waits; below it stands a guard; below the guard the test
goes on. The guard is a "subreaper": what is orphaned below it becomes its child, whatever sessions and groups it made
for itself (PostgreSQL under runuser, Chromium's many, a server's own children), so there is a whole tree to end and
nothing can leave it. It ends all when the test ends (of an exception, of a signal, of SIGKILL), when the caller goes
away (ctest's time limit is a SIGKILL to the caller: a pipe that only the caller holds closes), and when the test's
own time is over, after every thread has said where it stands. If the guard itself is killed, the caller does its
work.

start() begins a process in a group of its own that the kernel kills when the starter dies (PR_SET_PDEATHSIG), guard
or none; programs without a guard (benches, the demo) have their groups ended when they exit."""

import atexit
import ctypes
import faulthandler
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from .patience import FACTOR, LIMIT

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
WHOLE_LIMIT = 800 * FACTOR  # seconds for a whole test; CTest's own limit stands behind it
GRACE = 10  # seconds to clean up in, once told to end
OVER = 124  # the exit status when the time is over, as timeout(1) has it
_prctl = ctypes.PyDLL(None).prctl
_started = []


def _die_with_parent():
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def start(words, **options):
    """subprocess.Popen of a server: its own session and group, killed when this process dies."""
    if not _started:
        atexit.register(_end_started)
    # The kernel goes by the thread that forked: where that is not the main one, the guard alone must do.
    if threading.current_thread() is threading.main_thread():
        options["preexec_fn"] = _die_with_parent
    process = subprocess.Popen(words, start_new_session=True, stdin=subprocess.DEVNULL, **options)
    _started.append(process)
    return process


def end(process, how=signal.SIGTERM, pid=None):
    """Asks a started process to end and waits; one that does not hear is killed, with its group, and that is an
    error. `pid`: who is to be asked, where the process only stands before it (runuser)."""
    if process.poll() is None:
        os.kill(pid or process.pid, how)
    try:
        return process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        kill(process)
        raise AssertionError(
            f"{process.args[0]} did not end on {signal.Signals(how).name} within {LIMIT:.0f} s"
        ) from None
    finally:
        if process in _started:
            _started.remove(process)


def kill(process):
    """SIGKILL to it and its group."""
    _kill_group(process)
    process.wait()
    if process in _started:
        _started.remove(process)


def _kill_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _end_started():
    for process in _started:
        _kill_group(process)


# ---- the guard ----
def under_guard(limit=WHOLE_LIMIT):
    """Returns in the test itself, two processes further down, with a temporary folder that goes when it ends."""
    sys.stdout.flush()
    sys.stderr.flush()
    folder = tempfile.mkdtemp(prefix="jindo-test-")
    os.chmod(folder, 0o711)  # PostgreSQL's user passes through
    caller_gone, caller_here = os.pipe()
    guard = os.fork()
    if guard != 0:
        os.close(caller_gone)
        _stand_for(guard, caller_here, folder)
    os.setsid()
    os.close(caller_here)
    _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    test_gone, test_here = os.pipe()
    guarding = os.getpid()
    test = os.fork()
    if test != 0:
        os.close(test_here)
        _guard(test, caller_gone, test_gone, limit, folder)
    for end_of_pipe in (caller_gone, test_gone):
        os.close(end_of_pipe)
    _die_with_parent()
    if os.getppid() != guarding:  # it went before that was said
        os._exit(1)
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, _leave)
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    tempfile.tempdir = os.environ["TMPDIR"] = folder


def _leave(number, _frame):
    signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + number)  # what was begun is cleaned up on the way out


def _stand_for(guard, caller_here, folder):
    """The caller: passes a signal on by closing the pipe, and ends as the test did."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    line = [caller_here]

    def gone(_number, _frame):
        while line:
            os.close(line.pop())

    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, gone)
    _, status = os.waitpid(guard, 0)
    if os.WIFSIGNALED(status):
        print("the guard of the test was killed", file=sys.stderr, flush=True)
        end_below()
        shutil.rmtree(folder, ignore_errors=True)
    os._exit(_code(status))


def _guard(test, caller_gone, test_gone, limit, folder):
    ready, _, _ = select.select([caller_gone, test_gone], [], [], limit)
    if not ready:
        print(f"the test's time is over ({limit:.0f} s); its threads stand here:", file=sys.stderr, flush=True)
        os.kill(test, signal.SIGUSR1)
        time.sleep(0.5)
    if test_gone not in ready:
        os.kill(test, signal.SIGTERM)
        select.select([test_gone], [], [], GRACE)
    if test_gone in ready and (left := [name for pid in below() if (name := _name_of(pid))]):
        print(f"ended with the test: {', '.join(left)}", file=sys.stderr, flush=True)
    statuses = end_below()
    shutil.rmtree(folder, ignore_errors=True)
    status = _code(statuses.get(test, 1 << 8))
    if status >= 128 and test_gone in ready:
        print(f"the test was ended by {signal.Signals(status - 128).name}", file=sys.stderr, flush=True)
    os._exit(status if ready else OVER)


def _code(status):
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def below():
    """Every process that descends from this one."""
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as file:
                    parents[int(name)] = int(file.read().rpartition(")")[2].split()[1])
            except (OSError, ValueError):  # it ended meanwhile
                pass
    found, following = [], [os.getpid()]
    while following:
        following = [pid for pid, parent in parents.items() if parent in following]
        found += following
    return found


def end_below():
    """Kills all that descends from this process, until nothing does; returns the statuses of its children."""
    statuses = {}
    while found := below():
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            while (ended := os.waitpid(-1, os.WNOHANG))[0] != 0:
                statuses[ended[0]] = ended[1]
        except ChildProcessError:
            continue
        time.sleep(0.005)
    return statuses


def _name_of(pid):
    """The program and first word of a process that runs; nothing of one that has ended and only waits to be told of."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().split(b"\0")
        return " ".join(os.path.basename(word.decode(errors="replace")) for word in words[:2]).strip()
    except OSError:
        return ""
