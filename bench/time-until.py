"""Times programs on a real pseudo-terminal: from the start of each until a text appears on its screen, or until its end.

Reads {"rounds": n, "programs": [{"argv": [...], "until": "MAIL> " or null}, ...]} from standard input, runs the programs
in turn, n times, and prints for each an array of {"wall": ms, "cpu": ms} as JSON: time on the clock until the text or the
end, and processor time until then. Fails when a text does not appear.
"""

import json
import os
import pty
import select
import signal
import sys
import time

PATIENCE_S = 20


def times_of(argv, until):
    started = time.perf_counter()
    pid, screen = pty.fork()
    if pid == 0:
        try:
            os.execvp(argv[0], argv)
        finally:
            os._exit(127)
    shown = b""
    has_appeared = False
    while not has_appeared:
        ready, _, _ = select.select([screen], [], [], PATIENCE_S)
        try:
            read = os.read(screen, 65536) if ready else b""
        except OSError:  # Linux says EIO when the last process has let go of the terminal.
            read = b""
        if not read:
            break
        shown += read
        has_appeared = until is not None and until.encode() in shown
    wall = time.perf_counter() - started
    if until is not None:
        os.kill(pid, signal.SIGKILL)
    _, _, used = os.wait4(pid, 0)
    os.close(screen)
    if has_appeared != (until is not None):
        sys.exit(f"{argv}: {until!r} did not appear, but {shown!r}")
    return {"wall": wall * 1000, "cpu": (used.ru_utime + used.ru_stime) * 1000}


def main():
    task = json.load(sys.stdin)
    programs = task["programs"]
    times = [[] for _ in programs]
    for _ in range(task["rounds"]):
        for place, program in enumerate(programs):
            times[place].append(times_of(program["argv"], program["until"]))
    print(json.dumps(times))


main()
