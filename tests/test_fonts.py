from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from builder import fonts

ROOT = Path(__file__).parents[1]


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in ("FONTCONFIG_FILE", fonts.OVERRIDE)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=clean | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def own_folder(tmp_path, monkeypatch):
    """A folder with one family as the whole font set."""
    folder = tmp_path / "faces & files"
    folder.mkdir()
    for style in ("Regular", "Bold"):
        shutil.copy(fonts.FONT_DIRECTORIES[0] / f"NotoSansThai-{style}.ttf", folder)
    monkeypatch.setenv(fonts.OVERRIDE, str(folder))
    fonts.characters.cache_clear()
    fonts.families.cache_clear()
    yield folder
    fonts.characters.cache_clear()
    fonts.families.cache_clear()


def test_a_family_has_its_weights_and_slopes():
    files = fonts.families(fonts.FONT_DIRECTORIES)["Noto Sans"]
    assert [path.stem for path in files] == [
        f"NotoSans-{style}" for style in ("Bold", "BoldItalic", "Italic", "Regular")
    ]


def test_a_collection_belongs_to_each_of_its_families():
    families = fonts.families(fonts.FONT_DIRECTORIES)
    assert families["Noto Sans CJK SC"] == families["Noto Sans CJK JP"]
    assert {path.name for path in families["Noto Sans CJK SC"]} == {"NotoSansCJK-Bold.ttc", "NotoSansCJK-Regular.ttc"}


def test_families_agree_with_fontconfig():
    listed = subprocess.run(
        ["fc-list", "--format", "%{family[0]}|%{file}\n"], capture_output=True, text=True, check=True
    ).stdout
    ours = fonts.families(fonts.FONT_DIRECTORIES)
    rows = [line.split("|") for line in listed.splitlines() if "/noto/" in line]
    assert len(rows) > 100
    assert all(Path(file) in ours[family] for family, file in rows)


def test_the_override_replaces_the_directories(own_folder):
    assert fonts.directories() == (own_folder,)
    assert list(fonts.families(fonts.directories())) == ["Noto Sans Thai"]


def test_a_family_that_is_not_installed_is_named(own_folder):
    with pytest.raises(fonts.FontError, match=r'"Noto Sans".*HANDOUTS_FONTS'):
        fonts.digest(["Noto Sans"])


def test_a_torn_font_file_is_named(own_folder):
    whole = own_folder / "NotoSansThai-Bold.ttf"
    whole.write_bytes(whole.read_bytes()[:40])
    with pytest.raises(fonts.FontError, match="NotoSansThai-Bold"):
        fonts.families(fonts.directories())


def test_digests_are_those_of_the_files(own_folder):
    digests = fonts.file_digests(["Noto Sans Thai"])
    assert digests == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(own_folder.iterdir())
    }


def test_another_version_of_a_file_gives_another_digest(own_folder, tmp_path):
    cache = tmp_path / "cache"
    before = fonts.digest(["Noto Sans Thai"], cache)
    assert fonts.digest(["Noto Sans Thai"], cache) == before
    changed = own_folder / "NotoSansThai-Bold.ttf"
    changed.write_bytes(changed.read_bytes() + b"\0")
    assert fonts.digest(["Noto Sans Thai"], cache) != before


def test_a_digest_is_remembered_while_size_and_time_stay(own_folder, tmp_path):
    cache = tmp_path / "cache"
    before = fonts.digest(["Noto Sans Thai"], cache)
    file = own_folder / "NotoSansThai-Bold.ttf"
    stat = file.stat()
    file.write_bytes(bytes(stat.st_size))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert fonts.digest(["Noto Sans Thai"], cache) == before
    (cache / "font-digests.json").write_text("torn {", encoding="utf-8")
    assert fonts.digest(["Noto Sans Thai"], cache) != before


def test_characters_are_those_of_the_named_face():
    assert ord("ก") in fonts.characters("Noto Sans Thai")
    assert ord("ก") not in fonts.characters("Noto Sans")
    assert ord("离") in fonts.characters("Noto Sans CJK SC")


def test_the_renderer_sees_our_directories_only(own_folder, tmp_path):
    code = (
        "from pathlib import Path; from builder import fonts; import os, subprocess\n"
        f"path = fonts.configure(Path({str(tmp_path / 'cache')!r}))\n"
        "assert os.environ['FONTCONFIG_FILE'] == str(path)\n"
        "print(subprocess.run(['fc-list', '--format', '%{family[0]}\\n'], capture_output=True, text=True).stdout)"
    )
    result = run(code, **{fonts.OVERRIDE: str(own_folder)})
    assert set(result.stdout.split("\n")) - {""} == {"Noto Sans Thai"}, result.stderr


def test_configuring_twice_writes_once(tmp_path):
    code = (
        "from pathlib import Path; from builder import fonts\n"
        f"cache = Path({str(tmp_path)!r}); path = fonts.configure(cache); first = path.stat().st_mtime_ns\n"
        "assert fonts.configure(cache).stat().st_mtime_ns == first\n"
        "assert [p.name for p in cache.iterdir()] == ['fonts.conf']"
    )
    assert run(code).stderr == ""


def test_it_is_too_late_once_the_renderer_is_imported(tmp_path):
    code = (
        "import weasyprint; from pathlib import Path; from builder import fonts\n"
        f"fonts.configure(Path({str(tmp_path)!r}))"
    )
    assert "FontError: WeasyPrint was imported before fonts.configure()" in run(code).stderr


def test_the_same_fonts_from_another_cache_are_no_other_configuration(tmp_path):
    code = (
        "from pathlib import Path; from builder import fonts\n"
        f"one = fonts.configure(Path({str(tmp_path / 'one')!r})); import weasyprint\n"
        f"assert fonts.configure(Path({str(tmp_path / 'two')!r})) == one"
    )
    assert run(code).stderr == ""


def test_importing_it_imports_neither_renderer_nor_font_library():
    code = (
        "import sys, builder.fonts, builder.typeset.worker\n"
        "print({'weasyprint', 'fontTools', 'pydyf'} & set(sys.modules))"
    )
    assert run(code).stdout.strip() == "set()"
