"""Reading the project: its own files, parsed once, with the names that calls and imports really mean."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

SKIPPED = {".venv", ".venv-bench", ".git", "__pycache__", "node_modules", "instance", "dist", "build"}
# The rooms that are the application; tests, bench and bin look at it from outside.
APPLICATION = (
    "app.py", "models.py", "jobs.py", "cli.py", "config.py", "blueprints", "commands", "domain", "gateways",
    "channels", "papers", "tables",
)  # fmt: skip
BELOW_THE_EDGES = ("domain", "gateways", "channels", "papers", "models.py", "tables")


@dataclass(frozen=True)
class Module:
    """One Python file: `name` is its dotted name, `place` its path from the project's folder."""

    path: Path
    place: str
    text: str
    tree: ast.Module = field(repr=False)

    @property
    def name(self) -> str:
        parts = self.place.removesuffix(".py").split("/")
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def package(self) -> str:
        """What a relative import counts from."""
        return self.name if self.place.endswith("__init__.py") else self.name.rpartition(".")[0]

    def at(self, node: ast.AST, complaint: str) -> str:
        return f"{self.place}:{getattr(node, 'lineno', 1)} {complaint}"


def files(root: Path, *suffixes: str, under: tuple[str, ...] = ()) -> Iterator[tuple[str, Path]]:
    """(place, path) of the project's own files with one of `suffixes`, in order; `under` limits it to rooms."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if f not in SKIPPED and (f == ".ci" or not f.startswith(".")))
        for name in sorted(names):
            path = Path(folder, name)
            place = path.relative_to(root).as_posix()
            if (not suffixes or path.suffix in suffixes) and (not under or place.split("/")[0] in under):
                yield place, path


def modules(root: Path, under: tuple[str, ...] = ()) -> list[Module]:
    """The parsed Python files of the project, or of some rooms of it."""
    return [_parse(path, place, path.stat().st_mtime_ns) for place, path in files(root, ".py", under=under)]


@lru_cache(maxsize=2000)
def _parse(path: Path, place: str, _changed: int) -> Module:
    text = path.read_text("utf-8")
    return Module(path, place, text, ast.parse(text, str(path)))


def imports(module: Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported dotted name, wherever in the file it stands; `from a import b` gives `a.b`."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node, f"{_origin(module, node)}.{alias.name}"


def _origin(module: Module, node: ast.ImportFrom) -> str:
    """The module an import takes from, dots resolved."""
    if not node.level:
        return node.module or ""
    base = module.package.split(".")
    base = base[: len(base) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def meanings(module: Module) -> dict[str, str]:
    """What each imported name of a file stands for: `{"now_of": "datetime.datetime"}`."""
    found: dict[str, str] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                found[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            origin = _origin(module, node)
            found |= {alias.asname or alias.name: f"{origin}.{alias.name}" for alias in node.names}
    return found


def dotted(node: ast.expr, known: dict[str, str]) -> str:
    """`datetime.now` with `from datetime import datetime` is `datetime.datetime.now`; "" when it is no plain name."""
    if isinstance(node, ast.Name):
        return known.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        before = dotted(node.value, known)
        return f"{before}.{node.attr}" if before else ""
    return ""


def calls(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the full dotted name of what is called, as far as it can be read."""
    known = meanings(module)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield node, dotted(node.func, known)
