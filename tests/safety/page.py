"""docs/security.md: each requirement with the tests that show it, and how they ended when the page was made."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

from tests.house.source import modules
from tests.safety.requirements import REASONS, REQUIREMENTS

ROOMS = {
    "A": "Getting in",
    "S": "Sessions",
    "W": "The web",
    "D": "Data at rest",
    "M": "Money",
    "J": "Jobs, clocks and crashes",
    "L": "Law",
    "O": "Keeping it",
}

HEAD = """# Security

What Duebook holds, requirement by requirement, with the tests that show it. This page is made by the tests: `make
security` runs them and writes it, and `tests/test_safety.py` fails when a requirement has neither a test nor a
reason, or when a test is named here that does not exist.

**What we aim at.** OWASP ASVS 5.0, level 2 for staff, level 1 and most of level 2 for customers. Where we deviate on
purpose is 6.3.3, which asks for a second factor from everybody: customers are offered one (passkey, authenticator app,
text message) and may decline it; then the password has 15 characters or more, and a sign-in from an unknown browser
needs a mailed code. Nobody from outside has audited this: what is shown is the list below, and nothing is said of what
stands in front of the program (TLS, the proxy, the machine).

**What we refuse, and what stands in its place.** A mailed code as a second factor: it confirms an address,
recovers, and guards a sign-in from an unknown browser, and is never counted. Security questions and personal facts
as proof: a link to the address on file, or staff with a document before them. Rules about kinds of characters and
passwords that expire: length, a list of common ones, words of the person and the business, and advice while typing.
Card fields of our own: the processor's page.

Sources: OWASP ASVS 5.0.0 and cheat sheets, NIST SP 800-63B-4, PCI SSC FAQ 1291 and 1588; what has no source is a
rule of our own. A test proves what it tries and no more.
"""


def marked(root: Path) -> dict[str, list[str]]:
    """Requirement -> the tests marked with it, as "tests/x/test_y.py::test_z"."""
    found = defaultdict(list)
    for module in modules(root, ("tests",)):
        for node in module.tree.body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for number in _numbers(node.decorator_list):
                    found[number].append(f"{module.place}::{node.name}")
            elif isinstance(node, ast.Assign) and _names(node) == ["pytestmark"]:
                numbers = _numbers(node.value.elts if isinstance(node.value, ast.List) else [node.value])
                tests = [
                    one.name
                    for one in module.tree.body
                    if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")
                ]
                for number in numbers:
                    found[number] += [f"{module.place}::{name}" for name in tests]
    return {number: sorted(set(tests)) for number, tests in found.items()}


def _names(node: ast.Assign) -> list[str]:
    return [target.id for target in node.targets if isinstance(target, ast.Name)]


def _numbers(decorators: list[ast.expr]) -> list[str]:
    return [
        argument.value
        for decorator in decorators
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.safety"
        for argument in decorator.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]


def page(tests: dict[str, list[str]], outcomes: dict[str, str]) -> str:
    """The whole page. `outcomes`: test -> "passed", "failed" or "skipped", the worst of its variants."""
    parts = [HEAD]
    for letter, title in ROOMS.items():
        parts.append(f"\n## {title}\n\n| | Requirement | Shown by | Result |\n| --- | --- | --- | --- |\n")
        for number, text in REQUIREMENTS.items():
            if number.startswith(letter):
                parts.append(_row(number, text, tests.get(number, []), outcomes))
    return "".join(parts)


def _row(number: str, text: str, tests: list[str], outcomes: dict[str, str]) -> str:
    if not tests:
        reason = REASONS.get(number, "no test")
        result = "not applicable" if reason.startswith("Not applicable") else "not shown"
        return f"| {number} | {text} | {reason} | {result} |\n"
    left_out = {test: "" if test in outcomes else " (only in `make torture`)" for test in tests}
    shown = "<br>".join(f"`{test.removeprefix('tests/')}`{left_out[test]}" for test in tests)
    ended = {outcomes[test] for test in tests if test in outcomes} or {"not run"}
    result = next((worst for worst in ("failed", "not run", "skipped") if worst in ended), "passed")
    reason = f"<br>{REASONS[number]}" if number in REASONS else ""
    return f"| {number} | {text} | {shown}{reason} | {result} |\n"
