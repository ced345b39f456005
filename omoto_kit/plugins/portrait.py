"""What the text of a plugin's file says of it, without running it: for the person who is asked to trust it."""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass

__all__ = ["Portrait", "portrait_of"]


@dataclass(frozen=True)
class Portrait:
    """Docstring, imported modules, functions with their decorators, number of lines, and the diff to a text before."""

    says: str = ""
    imports: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    lines: int = 0
    diff: tuple[str, ...] = ()
    wrong: str = ""


def portrait_of(text: str, before: str = "") -> Portrait:
    r"""Read a file's text, and what was trusted of it before.

    >>> portrait_of('"Cities."\nimport csv\nfrom os import path\n').imports
    ('csv', 'os')
    """
    lines = text.splitlines()
    diff = tuple(difflib.unified_diff(before.splitlines(), lines, "trusted", "now", lineterm="")) if before else ()
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        return Portrait(lines=len(lines), diff=diff, wrong=f"It is no Python: {error}.")
    imports = {name for node in ast.walk(tree) for name in _imported(node)}
    steps = tuple(_signature(node) for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return Portrait(ast.get_docstring(tree) or "", tuple(sorted(imports)), steps, len(lines), diff)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return ["." * node.level + (node.module or "")]
    return []


def _signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Write a function as it stands: its decorators' names and fields, its name and what it reads."""
    above = [ast.unparse(part.func if isinstance(part, ast.Call) else part) for part in node.decorator_list]
    fields = [
        ast.unparse(argument) for part in node.decorator_list if isinstance(part, ast.Call) for argument in part.args
    ]
    marks = f"@{' @'.join(above)}({', '.join(fields)}) " if above else ""
    return f"{marks}{node.name}({', '.join(argument.arg for argument in node.args.args)})"
