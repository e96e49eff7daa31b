"""Talks to a program on a real pseudo-terminal of 24 rows, and times each answer.

Reads {"argv": [...], "patience": s, "steps": [{"send": "...", "further": "...", "pause": ms, "until": "regular expression"}]}
from standard input. Each step sends its text, or sends, waits, and sends more, and is over when what has been shown since
the text sent last matches. Prints {"times": [ms, ...], "memory": KiB at most} as JSON. Fails when something does not appear.
"""

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time


def peak_memory(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmHWM:\s+(\d+)", status.read()).group(1))


def main():
    task = json.load(sys.stdin)
    pid, screen = pty.fork()
    if pid == 0:
        try:
            os.environ["TERM"] = "vt100"
            os.execvp(task["argv"][0], task["argv"])
        finally:
            os._exit(127)
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    times = []
    for step in task["steps"]:
        os.write(screen, step["send"].encode())
        if "further" in step:
            swallow(screen, step["pause"] / 1000)
            os.write(screen, step["further"].encode())
        started = time.perf_counter()
        shown = b""
        wanted = re.compile(step["until"].encode(), re.DOTALL)
        while not wanted.search(shown):
            ready, _, _ = select.select([screen], [], [], task["patience"])
            try:
                read = os.read(screen, 65536) if ready else b""
            except OSError:  # Linux says EIO when the last process has let go of the terminal.
                read = b""
            if not read:
                os.kill(pid, signal.SIGKILL)
                sys.exit(f"{step['send']!r}: {step['until']!r} did not appear, but {shown!r}")
            shown += read
        times.append((time.perf_counter() - started) * 1000)
    memory = peak_memory(pid)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    print(json.dumps({"times": times, "memory": memory}))


def swallow(screen, seconds):
    until = time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0:
        ready, _, _ = select.select([screen], [], [], left)
        if ready:
            os.read(screen, 65536)


main()
