"""What Python code of this project must not do, read from its syntax tree."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.source import APPLICATION, BELOW_THE_EDGES, calls, dotted, files, meanings, modules

LONGEST_FUNCTION = 60
LONGEST_FILE = 300
LONGER = {"models.py": 1300}
CODE = (".py", ".html", ".js", ".sh", "")
MONEY_ROOMS = ("domain", "gateways", "papers", "models.py", "tables")
CLOCKS = {
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "datetime.now", "datetime.utcnow", "date.today", "time.time", "time.time_ns", "time.localtime", "time.gmtime",
    "sqlalchemy.func.now", "sqlalchemy.func.current_timestamp", "sqlalchemy.func.current_date",
    "sqlalchemy.sql.func.now",
}  # fmt: skip
FLOAT_COLUMNS = {
    "Float",
    "Double",
    "REAL",
    "FLOAT",
    "DOUBLE",
    "DOUBLE_PRECISION",
    "Numeric",
    "NUMERIC",
    "DECIMAL",
}
DRIFT = {"util", "utils", "helper", "helpers", "manager", "managers", "misc"}
DRIFTING_NAMES = {"process_data"}
# The sandbox is a stand-in for another company: it keeps its own books in its own file and has its own clock.
OUTSIDE_COMPANY = "gateways/sandbox/"
ONLY_COMMIT = "domain/transaction.py"


def commits_outside_the_door(root: Path) -> list[str]:
    """`commit(` anywhere but in domain/transaction.py, by method or by SQL."""
    found = []
    for module in modules(root, APPLICATION):
        if module.place == ONLY_COMMIT or module.place.startswith(OUTSIDE_COMPANY):
            continue
        for node in ast.walk(module.tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "commit"
            ):
                found.append(module.at(node, "commits; only domain/transaction.py may"))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                if node.value.strip().rstrip(";").upper() == "COMMIT":
                    found.append(module.at(node, "commits by SQL; only domain/transaction.py may"))
    return found


def floats_near_money(root: Path) -> list[str]:
    """float by name, by literal or by column, where amounts and rates are computed or stored."""
    found = []
    for module in modules(root, MONEY_ROOMS):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Name) and node.id == "float":
                found.append(module.at(node, "uses float"))
            elif isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
                found.append(module.at(node, f"has the float literal {node.value}"))
            elif isinstance(node, ast.Name | ast.Attribute):
                name = node.id if isinstance(node, ast.Name) else node.attr
                if name in FLOAT_COLUMNS and "sqlalchemy" in dotted(node, meanings(module)):
                    found.append(module.at(node, f"uses the column type {name}, a float on SQLite"))
    return found


def clocks_below_the_edges(root: Path) -> list[str]:
    """Reading the wall clock where time must be an argument."""
    found = []
    for module in modules(root, BELOW_THE_EDGES):
        if module.place.startswith(OUTSIDE_COMPANY):
            continue
        found += [
            module.at(node, f"reads the clock by {name}()") for node, name in calls(module) if name in CLOCKS
        ]
        known = meanings(module)
        for node in ast.walk(module.tree):
            # default=datetime.now hands the clock over without calling it.
            if isinstance(node, ast.keyword) and dotted(node.value, known) in CLOCKS:
                found.append(module.at(node.value, f"hands over the clock {dotted(node.value, known)}"))
    return found


def long_functions(root: Path) -> list[str]:
    found = []
    for module in modules(root):
        if module.place.startswith(("migrations/", "translations/")):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    found.append(module.at(node, f"{node.name} has {lines} lines, above {LONGEST_FUNCTION}"))
    return found


def long_files(root: Path) -> list[str]:
    """Code and templates past their limit. Tables of worked cases (`cases_*.py`) may be as long as their source."""
    found = []
    for place, path in files(root, *CODE):
        room, name = place.split("/")[0], path.name
        if room in ("migrations", "translations", "static", "docs") or name.startswith(
            ("cases_", "requirements")
        ):
            continue
        if path.suffix == "" and room not in ("bin", ".ci", "Makefile"):
            continue
        lines, limit = len(path.read_text("utf-8").splitlines()), LONGER.get(place, LONGEST_FILE)
        if lines > limit:
            found.append(f"{place}:{limit + 1} has {lines} lines, above {limit}")
    return found


def drifting_names(root: Path) -> list[str]:
    """Files, functions and classes named after nothing in particular."""
    found = []
    for place, path in files(root):
        if place.startswith("static/vendor/"):
            continue
        if _parts(path.stem) & DRIFT or path.stem in DRIFTING_NAMES:
            found.append(f"{place}:1 is named after nothing in particular")
    for module in modules(root):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if _parts(node.name) & DRIFT or node.name in DRIFTING_NAMES:
                    found.append(module.at(node, f"{node.name} is named after nothing in particular"))
    return found


def _parts(name: str) -> set[str]:
    return {part.lower() for part in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)}


def places_of_this_machine(root: Path) -> list[str]:
    """Addresses of package registries and paths of somebody's own disk, in any text of the project."""
    hosts = ["py" + "pi.org", "files.python" + "hosted.org", "registry.npm" + "js.org", "npm" + "js.com",
             "proxy.golang" + ".org", "deb.debian" + ".org"]  # fmt: skip
    home = re.compile(r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+)/")
    found = []
    for place, path in files(root):
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # a font or a picture
        for number, line in enumerate(text.splitlines(), 1):
            named = [host for host in hosts if host in line] + home.findall(line)
            if named and not place.startswith("static/vendor/"):
                found.append(f"{place}:{number} names {named[0]}")
    return found
