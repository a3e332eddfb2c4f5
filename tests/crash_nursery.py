"""Runs commands that are to die: each in a fork that ends itself at its n-th touch of the disk, or is ended from outside.

One order a line on standard input, as JSON; the answers are the number of the process and, when it has ended, its exit
status, how often it touched the disk, how long it took and whether the signal came while it worked. Importing the
program once for all of them is what makes a thousand kills bearable.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from types import FrameType
from typing import Any

# What the commands import late, once for all forks.
import builder.cli
import builder.rebuild
import builder.run
import builder.scaffold
import builder.site
import builder.translation.approve
import builder.translation.deliver
import builder.web.serve

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_TOUCHES = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"})


class Fuse:
    """Counts what a process does to the disk, and sends it a signal before the n-th time, which it tells `answers` first."""

    def __init__(self, sent: int, at: int, answers: int) -> None:
        self.sent, self.at, self.answers, self.count = sent, at, answers, 0
        fsync = os.fsync

        def counted(handle: int) -> None:
            self.touched()
            fsync(handle)

        os.fsync = counted  # the one call of interest that no audit event tells
        sys.addaudithook(self.hook)

    def hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _TOUCHES or (event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES):
            self.touched()

    def touched(self) -> None:
        self.count += 1
        if self.count == self.at:
            os.write(self.answers, b"!")
            os.kill(os.getpid(), self.sent)


def obey(order: dict[str, Any], answers: int) -> None:
    """In the fork: be the command."""
    os.setsid()
    os.chdir(order["cwd"])
    os.environ.update(order["env"])
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    said = os.open(order["said"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(said, 1)
    os.dup2(said, 2)
    fuse = Fuse(order["signal"], order["at"], answers)
    try:
        sys.argv = ["handouts", *order["arguments"]]
        builder.cli.run()
    finally:
        os.write(answers, f"{fuse.count} {time.monotonic_ns()}".encode())


def watch(child: int, order: dict[str, Any]) -> tuple[int, int]:
    """Wait for the fork; end it when its time has come. Its exit status, and when the signal had been sent, or 0."""
    handle = os.pidfd_open(child)  # never somebody else, as a number could be that is given anew
    sent = []

    def late(_signal: int, _frame: FrameType | None) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            signal.pidfd_send_signal(handle, order["signal"])
            sent.append(time.monotonic_ns())

    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, order["after"])
    _, status = os.waitpid(child, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    os.close(handle)
    return status, sent[0] if sent else 0


def serve() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs the tests in the background lets them ignore it
    for line in sys.stdin:
        order = json.loads(line)
        reading, writing = os.pipe()
        began = time.monotonic()
        child = os.fork()
        if not child:
            os.close(reading)
            obey(order, writing)
            return
        os.close(writing)
        print(child, flush=True)
        status, sent = watch(child, order)
        told = os.read(reading, 50)
        os.close(reading)
        code = os.waitstatus_to_exitcode(status)
        touches, done = map(int, told.strip(b"!").split() or (0, 0))
        working = sent and (code != 0 or not done or sent < done)  # a process that is done can be sent anything
        answer = {
            "code": code, "touches": touches, "seconds": time.monotonic() - began, "killed": bool(working) or b"!" in told,
        }  # fmt: skip
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    serve()
