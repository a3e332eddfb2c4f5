"""A headless Chromium that stays warm, spoken to over its own pipe by the DevTools protocol."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

MM = 1 / 25.4  # inches


class Browser:
    """One browser with one page; `pdf` prints what was loaded."""

    def __init__(self, font_config: str) -> None:
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()
        self.folder = tempfile.TemporaryDirectory()
        debian = Path("/usr/lib/chromium/chromium")
        program = str(debian if debian.exists() else shutil.which("chromium"))
        arguments = [
            program, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe",
            f"--user-data-dir={self.folder.name}", "about:blank",
        ]  # fmt: skip
        # the protocol's pipes are descriptors 3 and 4
        line = f'exec 3<&{theirs_in} 4>&{theirs_out}; exec "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", line, "chromium", *arguments],
            pass_fds=(theirs_in, theirs_out), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env={**os.environ, "FONTCONFIG_FILE": font_config},
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self.reads, self.writes, self.rest = ours_in, ours_out, b""
        self.number, self.session, self.events = 0, "", []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.call("Page.enable")

    def call(self, method: str, **parameters: object) -> Any:  # noqa: ANN401 - what the method gives
        """Ask for something and wait for the answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writes, data) :]
        while (answer := self._next()).get("id") != self.number:
            self.events.append(answer["method"])
        if "error" in answer:
            raise SystemExit(f"Chromium: {answer['error']}")
        return answer["result"]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self.rest:
            found = os.read(self.reads, 1 << 20)
            if not found:
                raise SystemExit("Chromium ended")
            self.rest += found
        message, _, self.rest = self.rest.partition(b"\0")
        return json.loads(message)

    def load(self, path: Path) -> None:
        """Show a file, and wait until it is there."""
        self.events.clear()
        self.call("Page.navigate", url=path.as_uri())
        while "Page.loadEventFired" not in self.events:
            self.events.append(self._next()["method"])

    def pdf(self, width: float, height: float) -> bytes:
        """Print on a paper of this size in millimetres, tagged."""
        said = self.call(
            "Page.printToPDF",
            paperWidth=width * MM,
            paperHeight=height * MM,
            printBackground=True,
            generateTaggedPDF=True,
        )
        return base64.b64decode(said["data"])

    def version(self) -> str:
        """Product and version."""
        return str(self.call("Browser.getVersion")["product"])

    def close(self) -> None:
        """End the browser."""
        self.session = ""
        with contextlib.suppress(SystemExit):  # it may be gone before it answers
            self.call("Browser.close")
        self.process.wait()
        self.folder.cleanup()
