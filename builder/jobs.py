"""What a layout is made from, gathered for a worker: HTML, finished CSS, assets, papers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from builder import plan, store, styles
from builder.model import HALF, SHEET, DocumentKey, Job, Library
from builder.project import Project
from builder.styles import Voices

_ASSET = re.compile(r"asset:([A-Za-z0-9._/-]+)")


@dataclass(slots=True)
class Jobs:
    """Makes jobs; the CSS of a kind, edition and pair of languages is finished once."""

    loaded: Project
    library: Library
    css: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)

    def job(self, keys: Sequence[DocumentKey], html: str, name: str) -> Job:
        key = keys[0]
        kind, edition = self.library.kinds[key.kind], self.library.editions[key.edition]
        finished = self._styles(key)
        like = f"{key.kind} {key.setting} {key.edition}"
        half = plan.half_sheet(self.library, key.edition, key.kind)
        language = self.library.languages[key.language if kind.audience == "family" else key.staff_language]
        assets = {name: self._asset(name) for name in _ASSET.findall(html + finished[0])}
        return Job(
            name=name,
            language=key.language,
            html=html,
            styles=finished,
            assets=tuple(sorted((name, data) for name, data in assets.items() if data is not None)),
            sides=kind.sides if edition.budget else 0,
            papers=tuple(self.library.papers[k.paper] for k in keys),
            page=HALF if half else SHEET,
            imposition=edition.imposition or ("two-up" if half else ""),
            binding="right" if language.direction == "rtl" else "left",
            akin=(f"{key.topic} {key.band} {like}", like),
        )

    def _asset(self, name: str) -> bytes | None:
        files = self.loaded.sources.files
        return files.get(f"content/assets/{name}") or files.get(f"templates/{name}")

    def _styles(self, key: DocumentKey) -> tuple[str, ...]:
        at = (key.kind, key.edition, key.language, key.staff_language)
        if at not in self.css:
            kind, edition = self.library.kinds[key.kind], self.library.editions[key.edition]
            family, staff = self.library.languages[key.language], self.library.languages[key.staff_language]
            voices = Voices(family if kind.audience == "family" else staff, family, staff)
            self.css[at] = styles.finished(
                styles.own(self.loaded.css, key.kind, self.library.kinds), self.loaded.tokens, kind, edition, voices
            )
        return self.css[at]


def fingerprint(job: Job, outside: str) -> str:
    """A digest of everything that reaches the page: a change that does not costs no layout."""
    parts = [job.html, *job.styles, outside, str(job.sides), str(job.papers)]
    parts += [str(job.page), job.imposition, job.binding]
    parts += [f"{name} {store.digest(data)}" for name, data in job.assets]
    if job.facing:
        parts.append(fingerprint(job.facing, outside))
    return store.digest("\x1f".join(parts).encode())
