"""The rules of the house: what may import what, what is public, and what must not stand anywhere."""

import ast
import doctest
import graphlib
import importlib
import inspect
import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "omoto_kit"
NAME = PACKAGE.name

# Lowest first. A part is the first name below the package; those of one line do not know one another.
LAYERS = """
errors
campaign problem
response receipt batch
wire
plugins
intake enrichment validation verification delivery sandbox
journey
testing
studio cli
__main__
"""
RANK = {part: rank for rank, line in enumerate(LAYERS.strip().splitlines()) for part in line.split()}

LIGHT = ["requests", "ipywidgets", "polars", "typer", "pandas"]  # what `import omoto_kit` must not load
FRONT_DOOR = 24
TOP_LEVEL = {
    ".ci",
    ".gitignore",
    "LICENSE",
    "Makefile",
    "README.md",
    "notebooks",
    "omoto_kit",
    "plugins",
    "pyproject.toml",
    "tests",
}

# Spelt in pieces, so that this file passes its own test.
HOSTS = ["pypi" + r"\.org", "python" + "hosted", "npmjs" + r"\.", "deb" + r"\.debian"]
FORBIDDEN = {
    "a path of the machine it was built on": r"(?<![\w./])/(?:work|farm|tmp/lab|opt/pypi|opt/wheels)\b",
    "the host of a package registry": "|".join(HOSTS),
    "work left for later": r"\b(?:" + "TO" + "DO|FIX" + r"ME)\b",
}

Function = ast.FunctionDef | ast.AsyncFunctionDef
SOURCES = sorted(PACKAGE.rglob("*.py"))


def module_name(path: Path) -> str:
    """Give the dotted name by which a file of the package is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in SOURCES}


def part_of(module: str) -> str:
    """Give the first name below the package; empty for the package itself."""
    return module.partition(".")[2].partition(".")[0]


def parse(path: Path) -> ast.Module:
    """Read a file as a syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def nodes_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """Walk what runs when the module is imported: no function bodies, nothing meant for type checkers."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            waiting += node.orelse
        elif not isinstance(node, Function | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def targets(node: ast.AST, module: str) -> list[str]:
    """List the modules of the package that one import statement names."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name in MODULES]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        is_package = MODULES[module].name == "__init__.py"
        home = module.split(".")[: None if is_package and node.level == 1 else is_package - node.level]
        base = ".".join([*home, *filter(None, [node.module])])
    if base.partition(".")[0] != NAME:
        return []
    inner = [f"{base}.{alias.name}" for alias in node.names]
    return [name if name in MODULES else base for name in inner]


def imports(module: str, nodes: Iterable[ast.AST]) -> Iterator[tuple[str, int]]:
    """Yield each module of the package that a module imports, with the line."""
    for node in nodes:
        for target in targets(node, module):
            if target != module:
                yield target, node.lineno


def tracked(*options: str) -> list[Path]:
    """List the files that git knows, or skip where the code came without its repository."""
    if not (ROOT / ".git").exists():
        pytest.skip("no git repository around the code")
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", *options]
    listing = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [Path(name) for name in listing.split("\0") if name and (ROOT / name).is_file()]


def public(nodes: Iterable[ast.AST], prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    """Yield the public functions and classes of a module, and the methods of those classes."""
    for node in nodes:
        if isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_"):
            decorators = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
            if decorators & {"overload", "override", "setter", "deleter"}:
                continue  # said once, by the function, the parent or the getter
            yield prefix + node.name, node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.If | ast.Try):
            yield from public(ast.iter_child_nodes(node), prefix)


def assert_none(found: Iterable[str]) -> None:
    """Fail with every finding on a line of its own, since pytest shortens long lists."""
    listing = "\n".join(sorted(found))
    assert not listing, f"\n{listing}"


def test_every_part_has_its_layer():
    """A new part is given its place in the list of layers, so that the list stays the plan."""
    assert_none({part_of(module) for module in MODULES} - RANK.keys() - {""})


def test_imports_point_downwards():
    """No part knows one above it, and stages never know one another, not even inside a function."""
    wrong = []
    for module, path in MODULES.items():
        here = part_of(module)
        for target, line in imports(module, ast.walk(parse(path))):
            there = part_of(target)
            above = not there or RANK.get(there, len(RANK)) >= RANK.get(here, 0)
            if above and here != there and here not in ("", "__main__"):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {target}")
    assert_none(wrong)


def test_no_module_waits_for_itself():
    """Modules can be imported in an order in which each finds the others complete."""
    graph = {}
    for module, path in MODULES.items():
        graph[module] = {target for target, _ in imports(module, nodes_at_import(parse(path)))}
    list(graphlib.TopologicalSorter(graph).static_order())


def test_the_front_door_is_short_and_sorted():
    """A newcomer can read all public names at a glance, and every one is there."""
    import omoto_kit

    names = list(omoto_kit.__all__)
    assert names == sorted(set(names))
    assert len(names) <= FRONT_DOOR
    assert_none(name for name in names if getattr(omoto_kit, name, None) is None)


def test_nothing_is_public_by_accident():
    """What completion offers after `omoto_kit.` is what we promise to keep."""
    import omoto_kit

    shown = {name for name in dir(omoto_kit) if not name.startswith("_")}
    submodules = {name for name in shown if f"{NAME}.{name}" in MODULES}
    assert_none(shown - set(omoto_kit.__all__) - submodules)


def test_the_import_is_light():
    """Importing the kit loads no heavy library; each waits for the call that needs it."""
    script = f"import sys, json, omoto_kit; print(json.dumps([n for n in {LIGHT} if n in sys.modules]))"
    run = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True)
    assert_none(json.loads(run.stdout))


@pytest.mark.parametrize("module", MODULES)
def test_all_that_is_public_is_explained(module):
    """The module's header, and each public function, class and method, says what it is for."""
    tree = parse(MODULES[module])
    documentable = [("the header", tree), *public(tree.body)]
    assert_none(name for name, node in documentable if not ast.get_docstring(node))


def test_every_test_says_what_it_shows():
    """A failing test explains itself by a sentence, here and in every plugin."""
    silent = []
    for folder in ("tests", "plugins"):
        for path in sorted((ROOT / folder).rglob("test_*.py")):
            silent += [
                f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                for node in ast.walk(parse(path))
                if isinstance(node, Function)
                if node.name.startswith("test_") and not ast.get_docstring(node)
            ]
    assert_none(silent)


def test_every_error_hangs_on_the_tree():
    """One `except OmotoError` catches all, and the header of errors.py draws each by name."""
    from omoto_kit import errors

    own = [
        thing
        for _, thing in inspect.getmembers(errors, inspect.isclass)
        if thing.__module__ == errors.__name__ and issubclass(thing, BaseException)
    ]
    assert_none(error.__name__ for error in own if not issubclass(error, errors.OmotoError))
    drawn = set(re.findall(r"\w+", errors.__doc__ or ""))
    assert_none({error.__name__ for error in own} - drawn)


@pytest.mark.parametrize("meaning", FORBIDDEN)
def test_the_code_is_free_of(meaning):
    """What holds only on one machine, or only promises, does not belong in the repository."""
    pattern = re.compile(FORBIDDEN[meaning])
    found = []
    for path in tracked("--cached", "--others", "--exclude-standard"):
        text = (ROOT / path).read_text(encoding="utf-8", errors="ignore")
        found += [f"{path}:{n}" for n, line in enumerate(text.splitlines(), 1) if pattern.search(line)]
    assert_none(found)


def test_only_agreed_names_stand_at_the_top():
    """The first look at the repository shows what matters and nothing else."""
    assert_none({path.parts[0] for path in tracked()} - TOP_LEVEL)


@pytest.mark.parametrize("module", [name for name in MODULES if part_of(name) != "__main__"])
def test_the_examples_in_docstrings_hold(module, tmp_path, monkeypatch):
    """Every `>>>` line prints what its docstring says."""
    monkeypatch.chdir(tmp_path)
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    results = doctest.testmod(importlib.import_module(module), optionflags=flags)
    assert results.failed == 0
