"""Somebody at a server that is about to be killed: edits translations, approves them, asks for a pack, and goes home."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import select
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from web_served import Answer, Client

from builder.catalog.edit import edited

_DIGEST = re.compile(r'name="digest" value="([0-9a-f]+)"')
_MESSAGES = "/languages/es/messages/hello"
_PACK = [
    ("age-1", "9"), ("unit-1", "months"), ("language", "Spanish"), ("topic", "hello"), ("kind", "handout"), ("drafts", "yes"),
]  # fmt: skip
_LONGEST = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class Edit:
    """A translation that the guest writes."""

    source: str
    text: str


def words_after(old: str, edits: Sequence[Edit]) -> str:
    """What a PO file says once these edits are in it."""
    return edited(old, {edit.source: (edit.text,) for edit in edits})


class TurnedAwayError(Exception):
    """The server answered, and not as it should."""


@dataclass
class Guest:
    """Does its steps one after the other; `heard` counts those that the server has said are done."""

    edits: Sequence[Edit]
    code: str  # of the proof that is approved after the edits
    seen: Callable[[], None] = lambda: None  # called after every step that is done
    heard: int = 0
    left: bool = False  # of its own will, after the last step
    refused: list[str] = field(default_factory=list)

    def begin(self, process: int, said: Path) -> Thread:
        """Visit the server that this process is to become and that says its address in a file; end it as Ctrl-C does."""
        handle = os.pidfd_open(process)
        thread = Thread(target=self._visit, args=(handle, said))
        thread.start()
        return thread

    def _visit(self, handle: int, said: Path) -> None:
        try:
            self._steps(_address(handle, said))
            self.left = True
        except (OSError, http.client.HTTPException):
            pass  # it was killed
        except TurnedAwayError as error:
            self.refused.append(str(error))
        with contextlib.suppress(ProcessLookupError):
            if self.left:
                signal.pidfd_send_signal(handle, signal.SIGINT)
            elif not _ends(handle):
                self.refused.append("it lives on")
                signal.pidfd_send_signal(handle, signal.SIGKILL)
        os.close(handle)

    def _steps(self, address: str) -> None:
        client = Client(address)
        self.heard = 0
        for edit in self.edits:
            digest = _DIGEST.search(_answered(client.get(_MESSAGES), 200).text)
            assert digest
            fields = [("digest", digest[1]), ("source", edit.source), ("text", edit.text)]
            _answered(client.post(_MESSAGES, fields), 303)
            self._done()
        approval = [("topic", "hello"), ("role", "community reviewer"), ("code", self.code)]
        _answered(client.post("/languages/es/approve", approval), 303)
        self._done()
        at = str(_answered(client.post("/visit/pack", _PACK), 303).headers["Location"])
        until = time.monotonic() + _LONGEST
        while '"done"' not in (state := _answered(client.get(f"{at}/state"), 200).text).split(",")[0]:
            if '"failed"' in state or time.monotonic() > until:
                raise TurnedAwayError(f"the pack: {state}")
            time.sleep(0.02)
        pack = _answered(client.get(f"{at}/visit-pack.pdf"), 200).body
        if not (pack.startswith(b"%PDF") and pack.rstrip().endswith(b"%%EOF")):
            raise TurnedAwayError("half a pack")
        self._done()

    def _done(self) -> None:
        self.heard += 1
        self.seen()


def _answered(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise TurnedAwayError(f"{answer.status} instead of {status}: {answer.text[-2000:]}")
    return answer


def _ends(handle: int) -> bool:
    """Whether a process ends before long."""
    poll = select.poll()
    poll.register(handle, select.POLLIN)
    return bool(poll.poll(60_000))  # milliseconds


def _address(handle: int, said: Path) -> str:
    """Where the server listens, once it has said so; OSError when it ends before."""
    until = time.monotonic() + _LONGEST
    while time.monotonic() < until:
        found = re.search(r"http://\S+(?=/ )", said.read_text("utf-8") if said.exists() else "")
        if found:
            return found[0]
        signal.pidfd_send_signal(handle, 0)  # ProcessLookupError when it has ended
        time.sleep(0.02)
    raise TurnedAwayError("it never said where it listens")
