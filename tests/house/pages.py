"""What blueprints and templates must and must not do."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.house.source import Module, calls, files, imports, meanings, modules

KINDS = {"loan", "lease", "lease_to_own", "rental", "credit_line"}
RENDERERS = {"render", "render_template", "page", "fragment"}
# The blueprint files that may fetch rows: everything else asks lookup, an action or a report.
FETCHERS = {"blueprints/shared/lookup.py", "blueprints/shared/signed_in.py", "blueprints/shared/frame.py"}
# Mails and papers are not pages: no policy guards them, and mail programs know no style sheet.
NOT_PAGES = ("templates/mail/", "templates/papers/")
INLINE = {
    r"<script\b(?![^>]*\bsrc\s*=)": "an inline script",
    r"<style\b": "an inline style sheet",
    r"\sstyle\s*=": "a style attribute",
    r"\son[a-z]+\s*=\s*[\"']": "an event attribute",
    r"\bhx-on\b": "hx-on, which needs eval",
    r"javascript:": "a javascript: address",
    r"hx-(?:vals|headers)(?::\w+)?\s*=\s*[\"']js:": "a js: value, which needs eval",
    r"hx-trigger(?::\w+)?\s*=\s*[\"'][^\"']*\[": "a trigger filter, which needs eval",
}


def inline_code_in_templates(root: Path) -> list[str]:
    """Anything in a page that our Content-Security-Policy refuses."""
    found = []
    for place, path in files(root, ".html", ".svg", ".xml", under=("templates",)):
        if place.startswith(NOT_PAGES):
            continue
        text = re.sub(r"\{#.*?#\}", _blank, path.read_text("utf-8"), flags=re.DOTALL)
        for pattern, what in INLINE.items():
            for match in re.finditer(pattern, text, re.IGNORECASE):
                found.append(f"{place}:{text.count(chr(10), 0, match.start()) + 1} has {what}")
    return found


def _blank(match: re.Match[str]) -> str:
    """A comment without its words, with its line breaks."""
    return re.sub(r"[^\n]", " ", match.group())


def page_modules(root: Path) -> list[Module]:
    """The blueprint files that are pages: not shared ones, not packages, and with a route."""
    return [
        module
        for module in modules(root, ("blueprints",))
        if module.path.name != "__init__.py"
        and not module.place.startswith("blueprints/shared/")
        and _routes(module)
    ]


def _routes(module: Module) -> bool:
    verbs = {"route", "get", "post", "put", "patch", "delete", "add_url_rule"}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute):
                    if decorator.func.attr in verbs:
                        return True
    return any(name.endswith(".add_url_rule") for _, name in calls(module))


def pages_without_templates(root: Path) -> list[str]:
    """blueprints/portal/payments.py renders from templates/portal/payments/."""
    found = []
    for module in page_modules(root):
        renders = any(name.split(".")[-1] in RENDERERS for _, name in calls(module))
        folder = root / "templates" / module.place.removeprefix("blueprints/").removesuffix(".py")
        if renders and not any(folder.glob("*")):
            found.append(f"{module.place}:1 renders, but {folder.relative_to(root)}/ is not there")
    return found


def pages_without_tests(root: Path) -> list[str]:
    """blueprints/portal/payments.py is tested by tests/blueprints/portal/test_payments.py."""
    found = []
    for module in page_modules(root):
        face, _, page = module.place.removeprefix("blueprints/").removesuffix(".py").rpartition("/")
        wanted = root / "tests" / "blueprints" / face / f"test_{page}.py"
        if not wanted.exists():
            found.append(f"{module.place}:1 has no {wanted.relative_to(root)}")
    return found


def pages_that_name_a_kind(root: Path) -> list[str]:
    """A page that asks whether something is a loan: each kind answers for itself, through one interface."""
    found = []
    for module in modules(root, ("blueprints",)):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Compare):
                compared = [node.left, *node.comparators]
            elif isinstance(node, ast.MatchValue):
                compared = [node.value]
            else:
                continue
            for part in (inner for item in compared for inner in ast.walk(item)):
                if isinstance(part, ast.Constant) and part.value in KINDS:
                    found.append(module.at(node, f"asks for the kind {part.value!r}"))
    asks = re.compile(r"\{[%{][^%}]*\bkind\b\s*(?:==|!=|in\b)[^%}]*[%}]\}")
    for place, path in files(root, ".html", under=("templates",)):
        text = path.read_text("utf-8")
        for match in asks.finditer(text) if not place.startswith(NOT_PAGES) else ():
            found.append(f"{place}:{text.count(chr(10), 0, match.start()) + 1} asks for a kind")
    return found


def pages_that_touch_the_session(root: Path) -> list[str]:
    """A page that queries or writes by itself, past lookup, actions and reports."""
    found = []
    for module in modules(root, ("blueprints",)):
        if module.place in FETCHERS:
            continue
        for node, name in imports(module):
            if name.split(".")[0] in ("sqlalchemy", "flask_sqlalchemy") or name == "models.db":
                found.append(
                    module.at(node, f"imports {name}; rows are fetched by blueprints/shared/lookup.py")
                )
        known = meanings(module)
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr == "session":
                if (
                    isinstance(node.value, ast.Name)
                    and known.get(node.value.id, "").split(".")[0] == "models"
                ):
                    found.append(module.at(node, "touches the database session"))
    return found
