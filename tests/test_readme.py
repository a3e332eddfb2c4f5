"""Every command that the documentation shows runs; every command there is stands in the documentation."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest
import test_translators
from conftest import REPOSITORY, assemble

from builder.cli import main

PAGES = ("README.md", "CONTRIBUTING.md", "TRANSLATING.md", "docs/install.md", "docs/cluster.md")
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")


def commands(page: str) -> list[str]:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    return [line[2:] for block in CONSOLE.findall(text) for line in block.splitlines() if line.startswith("$ handouts")]


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_command_runs(page, tmp_path, handouts):
    assert commands(page)
    root = assemble(tmp_path / "project")
    for folder in ("topics", "locale"):
        (root / "content" / folder).rename(tmp_path / folder)
        _copy(REPOSITORY / "content" / folder, root / "content" / folder)
    for name in ("ages", "facts", "sources"):
        (root / f"content/{name}.yaml").write_bytes((REPOSITORY / f"content/{name}.yaml").read_bytes())
    for line in commands(page):
        arguments = shlex.split(line)[1:]
        if arguments == ["build"]:
            arguments += ["--age", "7-18m", "--kind", "checklist", "--paper", "a4"]  # the whole shelf takes a minute
        ended = handouts(*arguments, cwd=root)
        assert ended.returncode == 0, f"{line}\n{ended.stdout}{ended.stderr}"


def test_every_command_of_the_translators_page_runs(tmp_path, handouts):
    root = assemble(tmp_path / "project")
    ran = [line.replace("--topic attachment", "--topic hello") for line in commands("TRANSLATING.md")]
    assert len(ran) >= 18
    for line in ran:
        if " approve " in line:  # with the code of the proof that the line above printed, of a text that somebody read
            for path in (root / "content/locale/rw").glob("*.po"):
                test_translators.in_poedit(path)
            handouts("translate", "proof", "rw", "--topic", "hello", cwd=root)
            line = line.replace("K7Q-DM3", test_translators.code_of(root / "proofs/proof-rw-hello.pdf"))  # noqa: PLW2901
        if " issue " in line:
            handouts("build", "--topic", "hello", "--language", "rw", cwd=root)
        ended = handouts(*shlex.split(line)[1:], cwd=root)
        assert ended.returncode == 0, f"{line}\n{ended.stdout}{ended.stderr}"


def _copy(source: Path, target: Path) -> None:
    import shutil

    shutil.copytree(source, target)


def test_every_command_is_in_the_readme():
    text = "".join((REPOSITORY / page).read_text(encoding="utf-8") for page in PAGES)
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        words = [f"handouts {name} {inner}" for inner in getattr(command, "commands", {})] or [f"handouts {name}"]
        for each in words:
            assert each in text, f"{each} is documented nowhere"


@pytest.mark.parametrize("page", [*PAGES, "ARCHITECTURE.md", "SECURITY.md", "docs/licences.md"])
def test_every_link_leads_somewhere(page):
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    folder = (REPOSITORY / page).parent
    assert [link for link in LINK.findall(text) if not (folder / link).exists()] == []
