"""One zip with everything that a translator needs, to send by mail."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from builder import store
from builder.build import MakeWorkers
from builder.diagnostics import ProblemsError
from builder.translation import deliver, known, opened, proof

_DATE = (2000, 1, 1, 0, 0, 0)  # one for all kits: the same words give the same bytes

_READ_ME = """\
Sheets for families, in {name} ({autonym})

Thank you for translating. Choose one of two ways; both hold the same texts.

1. The spreadsheet {tag}.xlsx (LibreOffice, Excel): write in the column Translation. The other columns are locked.
2. The folder po (Poedit, free): open a file, translate, save.

What helps:
- Say what a warm neighbor would say, in short everyday words. {register}
- Keep {{names in braces}}, numbers and **bold** as they are: **bold** marks words that print bold.
- "At most" says how many words fit. Longer texts may not fit on the page.
- "Read by a person": write yes when a machine's text is right as it is.
- proof-*.pdf shows every text beside its English, with the code (such as C4) that stands beside it on the sheet.

{first}Send back the spreadsheet, or the folder po. What no speaker has approved is printed with the mark
"DRAFT: not for families".
"""


def write(root: Path, tag: str, target: Path, workers: MakeWorkers) -> str:
    """Write the kit of a language; returns its path. Raises ProblemsError, also when a proof cannot be printed."""
    loaded = opened(root)
    known(loaded, tag)
    language = loaded.catalogs[tag].language
    chosen = deliver.components(loaded, ())
    parts = {f"{tag}.xlsx": deliver.spreadsheet(loaded, tag, chosen)}
    parts |= {f"po/{name}": data for name, data in deliver.po_files(loaded, tag, chosen).items()}
    for name, pdf, wrong in proof.made(loaded, root, tag, (), workers):
        if wrong:
            raise ProblemsError(wrong)
        parts[name] = pdf
    words = {"name": language.name, "autonym": language.autonym, "tag": tag, "register": language.register}
    words["first"] = "".join(f"- {line}\n" for line in language.look_first)
    if words["first"]:
        words["first"] = f"Least certain in the text that is there:\n{words['first']}\n"
    parts["README.txt"] = _READ_ME.format(**words).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts):
            archive.writestr(zipfile.ZipInfo(f"{tag}/{name}", _DATE), parts[name])
    target.parent.mkdir(parents=True, exist_ok=True)
    store.write(target.parent, target.name, out.getvalue())
    return str(target)
