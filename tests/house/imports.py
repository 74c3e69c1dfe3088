"""Who may import whom: only downwards, as docs/architecture.md draws it."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from pathlib import Path

from tests.house.source import APPLICATION, Module, imports, modules

WORDS = {"domain.rules", "domain.words"}
DOMAIN_DOOR = {"domain.actions", "domain.reports", "domain.access", "domain.sealing"} | WORDS
# Small tools of the domain that know nothing but words: sealing of secrets, named points of the money flows.
TOOLS = {"domain.sealing", "domain.points"}
EDGE = DOMAIN_DOOR | {"papers", "models", "tables", "config"}
RECORDS = {"domain.kinds", "domain.access", "models", "tables"} | TOOLS | WORDS

# room -> rooms it may import besides itself. The longest name that fits decides which room a module is in.
MAY: dict[str, set[str]] = {
    "blueprints": EDGE,
    "jobs": EDGE | {"domain.transaction", "keeping"},
    "cli": EDGE | {"commands"},
    "commands": EDGE | {"jobs", "keeping"},
    # An action may read a report (a mail's data, a receipt); a report never calls an action.
    "domain.actions": RECORDS
    | {
        "domain.records",
        "domain.reports",
        "domain.transaction",
        "domain.portfolio",
        "domain.banking",
        "gateways",
        "channels",
        "papers",
    },
    # Reports may ask a gateway for its record and its words for a code, and read what the records know.
    "domain.reports": RECORDS
    | {"domain.records", "domain.portfolio", "domain.banking", "gateways", "papers"},
    "domain.records": RECORDS,
    "domain.kinds": {"models", "tables"} | WORDS,
    "domain.access": {"models", "tables"} | WORDS,
    "domain.transaction": TOOLS | WORDS,
    "domain.points": WORDS,
    "domain.sealing": WORDS,
    "domain.rules": {"domain.words"},
    # Reading other people's books: pure like the rules, and known to those who bring the rows in.
    "domain.portfolio": WORDS,
    # Reading the bank's statements, likewise; a CSV is a table as the portfolio reads one.
    "domain.banking": {"domain.portfolio"} | WORDS,
    "domain.words": set(),
    "domain": set(),
    "models": {"tables"} | WORDS,
    "tables": WORDS,
    "gateways": WORDS,
    "channels": WORDS,
    "papers": WORDS,
    "config": WORDS,
    # Copies of a whole installation: folders and databases, nothing of the business.
    "keeping": {"config"},
}
# Modules that stand across a line on purpose, each with its reason.
ALLOWED = {
    ("commands.sandbox", "gateways"): "prints the sandbox processor's own record, which is not our books",
}
# Outside libraries a room must not know, by top-level name ("flask" covers flask_login and its like).
WEB = {
    "flask",
    "flask_login",
    "flask_wtf",
    "flask_babel",
    "flask_limiter",
    "flask_migrate",
    "flask_sqlalchemy",
}
BARRED: dict[str, set[str]] = {
    "domain": WEB | {"werkzeug", "jinja2", "wtforms"},
    "domain.rules": {"sqlalchemy"},
    "domain.portfolio": {"sqlalchemy"},
    "domain.banking": {"sqlalchemy"},
    "domain.words": {"sqlalchemy"},
    "gateways": WEB | {"sqlalchemy", "wtforms"},
    "channels": WEB | {"sqlalchemy", "werkzeug", "wtforms"},
    "papers": WEB | {"sqlalchemy", "werkzeug", "wtforms"},
    "models": WEB - {"flask_sqlalchemy"} | {"werkzeug", "wtforms", "jinja2"},
}
OURS = {name.split(".")[0] for name in MAY} | {"app"}


def room_of(name: str) -> str:
    """The room a dotted name belongs to, or "" when it is none of ours."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        if (room := ".".join(parts[:length])) in MAY:
            return room
    return "app" if parts[0] == "app" else ""


def imports_upwards(root: Path) -> list[str]:
    """Imports that the plan does not draw, and anybody importing app."""
    found = []
    for module in modules(root, APPLICATION):
        home = room_of(module.name)
        if home == "app":
            continue
        if home == "domain" and module.name != "domain":
            found.append(f"{module.place}:1 stands in domain/ but in no room of the plan")
            continue
        for node, name in imports(module):
            target = room_of(name)
            if (
                target
                and target != home
                and target not in MAY.get(home, set())
                and not _allowed(module, target)
            ):
                found.append(module.at(node, f"{home} may not import {name}"))
    return found


def _allowed(module: Module, target: str) -> bool:
    # `from domain import words` names the package first; the room is judged by the name that follows.
    return target == "domain" or (module.name, target) in ALLOWED


def imports_barred_libraries(root: Path) -> list[str]:
    """A leaf or a rule that knows the web or the database."""
    found = []
    for module in modules(root, APPLICATION):
        barred = set[str]().union(*(names for room, names in BARRED.items() if _inside(module.name, room)))
        for node, name in imports(module):
            if (top := name.split(".")[0]) in barred:
                found.append(module.at(node, f"{module.name} must not know {top}"))
    return found


def _inside(name: str, room: str) -> bool:
    return name == room or name.startswith(room + ".")


def imports_what_is_not_installed(root: Path) -> list[str]:
    """Libraries the application imports that requirements.txt does not pin: a fresh clone would not start."""
    pinned = {
        re.split(r"[=<>;\s]", line)[0].lower().replace("_", "-")
        for line in (root / "requirements.txt").read_text().splitlines()
        if line and not line.lstrip().startswith("#")
    }
    makers = metadata.packages_distributions()
    found = []
    for module in modules(root, APPLICATION):
        for node, name in imports(module):
            top = name.split(".")[0]
            if top in OURS or top in sys.stdlib_module_names or top in ("__future__", "_typeshed"):
                continue
            if not {maker.lower().replace("_", "-") for maker in makers.get(top, [])} & pinned:
                found.append(module.at(node, f"{top} is not in requirements.txt"))
    return found
