"""The doctor: all is well on a clean machine; what is lost is named with the line that mends it."""

from __future__ import annotations

import os

import pytest

from builder import doctor, fonts


def test_a_clean_machine_is_well(handouts, make_project):
    done = handouts("doctor", cwd=make_project())
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("All is well.\n")
    assert "missing" not in done.stdout
    for part in ("Python 3.", "weasyprint 70", "libpango", "font files, as expected", "project in", "can be written"):
        assert part in done.stdout


def test_lost_fonts_are_named_with_the_line_that_mends_it(handouts, make_project, tmp_path):
    empty = tmp_path / "fonts"
    empty.mkdir()
    done = handouts("doctor", cwd=make_project(), env={**os.environ, fonts.OVERRIDE: str(empty)})
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    lost = [line for line in done.stdout.splitlines() if line.startswith("missing") and "(font)" in line]
    assert len(lost) == len(doctor.expected_fonts())
    assert "missing NotoSans-Regular.ttf (font)" in done.stdout
    assert "to mend it: apt-get install -y fonts-noto-core   (elsewhere: set HANDOUTS_FONTS" in done.stdout
    assert "NotoSansCJK" in done.stdout
    assert "apt-get install -y fonts-noto-cjk" in done.stdout
    assert done.stdout.splitlines()[-1].endswith(" to mend.")


def test_another_version_of_a_font_is_noticed(tmp_path, monkeypatch, make_project):
    (there,) = {path for folder in fonts.directories() for path in folder.rglob("NotoSans-Regular.ttf")}
    (tmp_path / there.name).write_bytes(there.read_bytes() + b"\0")
    monkeypatch.setenv(fonts.OVERRIDE, str(tmp_path))
    found = [finding for finding in doctor._fonts() if "NotoSans-Regular.ttf" in finding.what]
    assert [finding.what for finding in found] == [
        "NotoSans-Regular.ttf is another version: sheets will differ from other machines"
    ]
    assert "--reinstall" in found[0].mend


def test_a_folder_without_a_project_is_told_how_to_get_one(handouts, tmp_path):
    done = handouts("doctor", cwd=tmp_path)
    assert done.returncode == 1
    assert "to mend it: handouts init DIR" in done.stdout


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_output_folder_that_cannot_be_written_is_named(make_project):
    root = make_project()
    (root / "output").chmod(0o500)
    findings = [finding for finding in doctor.examine(root) if finding.mend]
    (root / "output").chmod(0o700)
    assert ["output cannot be written" in finding.what for finding in findings] == [True]


def test_a_language_whose_font_is_not_here_is_named(make_project):
    root = make_project()
    record = root / "content/languages/uk.yaml"
    record.write_text(record.read_text("utf-8").replace("[Noto Sans]", "[Noto Sans Nowhere]"), encoding="utf-8")
    sick = [finding.what for finding in doctor.examine(root) if finding.mend]
    assert sick == ["Ukrainian (uk): no font Noto Sans Nowhere"]


@pytest.mark.parametrize(
    ("version", "requirement", "fits"),
    [
        ("8.5.1", "click<9,>=8.2", True),
        ("9.0", "click<9,>=8.2", False),
        ("8.1.7", "click<9,>=8.2", False),
        ("70.0", "weasyprint<71,>=70", True),
        ("70.1rc1", "weasyprint<71,>=70", True),
    ],
)
def test_another_version_than_the_tested_ones_is_told(version, requirement, fits):
    assert doctor._within(version, requirement) is fits
