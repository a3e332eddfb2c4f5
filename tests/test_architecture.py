"""The architecture as ARCHITECTURE.md prints it: who may import whom, and what stays out of the coordinator.

The table headed "| module | may import |" there is compared with every import statement of the builder; what lies
below everything is left out of it, and outside libraries stand in bold.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache

import pytest
from conftest import REPOSITORY

BUILDER = REPOSITORY / "builder"
HEAD = "| module | may import |"
STAGES = {"plan", "localise", "render", "styles", "typeset"}
LEAVES = {"model", "text", "phrases"}
BELOW = {"model", "diagnostics"}  # everything may import them
SHELLS = {"__main__", "cli", "web"}
LONGEST = 400  # lines of a module


def unit(path: str) -> str:
    """The module, or the package that counts as one: builder/typeset/fetch.py -> typeset."""
    return path.split("/", maxsplit=1)[0].removesuffix(".py")


@cache
def imports() -> dict[str, frozenset[str]]:
    """What each module imports: ours by name, outside libraries in bold, as the table has them."""
    found: dict[str, set[str]] = {}
    for path in sorted(BUILDER.rglob("*.py")):
        name = unit(path.relative_to(BUILDER).as_posix())
        if name != "__init__":
            tree = ast.parse(path.read_text(encoding="utf-8"))
            found.setdefault(name, set()).update(*(_imported(node) for node in ast.walk(tree)))
    return {name: frozenset(modules - {name}) for name, modules in found.items()}


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.ImportFrom) and node.module == "builder":
        names = [f"builder.{alias.name}" for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [node.module or ""]
    elif isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    else:
        return set()
    ours = {name.split(".")[1] for name in names if name.startswith("builder.")}
    roots = {name.split(".")[0] for name in names} - {"builder", ""}
    return ours | {f"**{library}**" for library in roots - sys.stdlib_module_names}


@cache
def ours() -> frozenset[str]:
    return frozenset(imports())


@cache
def table() -> dict[str, frozenset[str]]:
    """The table of ARCHITECTURE.md."""
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = text.partition(HEAD)[2].split("\n\n")[0].splitlines()[2:]
    cells = [
        [cell.strip().replace("`", "") for cell in row.strip("|").split("|")] for row in rows if row.startswith("|")
    ]
    return {
        module: frozenset(name.strip() for name in names.split(",") if name.strip() not in {"", "nothing"})
        for module, names in cells
    }


def row(module: str) -> str:
    names = sorted(imports()[module] - BELOW, key=lambda name: (name not in ours(), name))
    shown = ", ".join(f"`{name}`" if name in ours() else name for name in names)
    return f"| `{module}` | {shown or 'nothing'} |"


@pytest.mark.parametrize("module", sorted(imports()))
def test_a_module_imports_what_architecture_md_says(module: str):
    assert table().get(module) == imports()[module] - BELOW, f"ARCHITECTURE.md would say: {row(module)}"


def test_architecture_md_names_no_module_that_is_gone():
    assert sorted(table()) == sorted(imports())


def test_an_outside_library_has_one_owner():
    owners: dict[str, list[str]] = {}
    for module, names in imports().items():
        for library in names - ours():
            owners.setdefault(library.strip("*"), []).append(module)
    assert {library: modules for library, modules in owners.items() if len(modules) > 1} == {}
    assert {library: owners[library][0] for library in sorted(owners)}.items() >= {
        "babel": "languages", "click": "cli", "distributed": "cluster", "fontTools": "fonts", "icu4py": "languages", "jinja2": "render", "markdown": "markdown",
        "markupsafe": "render", "pebble": "run", "polib": "catalog", "pydantic": "records", "pydyf": "typeset",
        "pypdfium2": "typeset", "weasyprint": "typeset", "yaml": "yaml_strict",
    }.items()  # fmt: skip


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_stages_do_not_know_each_other(stage: str):
    assert imports()[stage] & (STAGES - {stage}) == set()


@pytest.mark.parametrize("leaf", sorted(LEAVES))
def test_leaves_import_nothing_of_ours(leaf: str):
    assert imports()[leaf] & ours() == set()


@pytest.mark.parametrize("shell", sorted(SHELLS))
def test_shells_reach_stages_through_the_build_only(shell: str):
    assert imports()[shell] & STAGES == set()


def test_nobody_imports_a_shell():
    assert [module for module in imports() if module not in SHELLS and imports()[module] & SHELLS] == []


def test_no_module_is_too_long_to_read():
    lengths = {
        path.relative_to(BUILDER).as_posix(): path.read_text(encoding="utf-8").count("\n")
        for path in BUILDER.rglob("*.py")
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


@pytest.mark.parametrize("module", ["builder.cli", "builder.build", "builder.run"])
def test_the_coordinator_stays_light(module: str):
    heavy = ["jinja2", "weasyprint", "pydantic", "markdown", "icu4py", "fontTools"]
    code = f"import sys, {module}; print(sorted(set({heavy}) & sys.modules.keys()))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert printed.stdout == "[]\n"
