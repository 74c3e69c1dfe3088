"""What a page carries: files as they were published, few bytes, real icons, colours one can read."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
FIRST_PAGE = [
    "vendor/htmx-4.0.1.min.js", "vendor/oat-0.6.1.min.css", "app.css", "app.js", "icons.svg", "favicon.svg",
]  # fmt: skip
# What is left of the budget for the page itself.
PAGE_BYTES, PAGE_BYTES_PACKED = 12_000, 3_500
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)


def packed(data: bytes) -> int:
    return len(gzip.compress(data, 9))


def pages() -> list[Path]:
    """Every template that becomes a page; mails and papers have their own rules."""
    folders = ("mail", "papers")
    found = (ROOT / "templates").rglob("*.html")
    return sorted(path for path in found if path.relative_to(ROOT / "templates").parts[0] not in folders)


def symbols() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons.svg").read_text("utf-8")))


@pytest.mark.safety("W6")
def test_vendored_files_are_the_ones_that_were_published() -> None:
    listed = dict(
        reversed(line.split()) for line in (STATIC / "vendor/hashes.txt").read_text("utf-8").splitlines()
    )
    there = {path.name for path in (STATIC / "vendor").iterdir()} - {"README.md", "hashes.txt"}
    assert set(listed) == there
    for name, expected in listed.items():
        assert hashlib.sha256((STATIC / "vendor" / name).read_bytes()).hexdigest() == expected, name


def test_vendored_files_are_named_with_version_and_licence() -> None:
    notes = (STATIC / "vendor/README.md").read_text("utf-8")
    for path in (STATIC / "vendor").glob("*.min.*"):
        assert path.name in notes
    for licence in ("The MIT License", "ISC License", "0BSD"):
        assert licence in notes


def test_a_first_page_is_small() -> None:
    data = [(STATIC / name).read_bytes() for name in FIRST_PAGE]
    assert sum(map(len, data)) + PAGE_BYTES <= 120 * 1024
    assert sum(map(packed, data)) + PAGE_BYTES_PACKED <= 40 * 1024


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("app.css", 24 * 1024),
        ("office.css", 4 * 1024),
        ("charts.css", 2 * 1024),
        ("app.js", 8 * 1024),
        ("icons.svg", 14 * 1024),
    ],
)
def test_each_file_of_ours_keeps_its_own_budget(name: str, most: int) -> None:
    assert (STATIC / name).stat().st_size <= most


def test_the_frame_loads_exactly_the_files_that_were_counted() -> None:
    frame = (ROOT / "templates/layouts/base.html").read_text("utf-8")
    pieces = (ROOT / "templates/shared/ui.html").read_text("utf-8")
    # A browser fetches the large icon only when somebody puts the portal on their home screen.
    counted = {*FIRST_PAGE, "icons/apple-touch-180.png"}
    assert set(re.findall(r"asset\('([^']+)'\)", frame + pieces)) == counted


def test_every_icon_that_a_template_names_is_there() -> None:
    there = symbols()
    for path in pages():
        text = COMMENT.sub("", path.read_text("utf-8"))
        named = set(re.findall(r"\bicon\('([a-z0-9-]+)'", text))
        named |= set(re.findall(r"(?:'icon'\s*:|\bsymbol\s*=)\s*'([a-z0-9-]+)'", text))
        assert named <= there, f"{path.relative_to(ROOT)} names {sorted(named - there)}"


def test_every_icon_of_the_navigation_is_there() -> None:
    frame = (ROOT / "blueprints/shared/frame.py").read_text("utf-8")
    entries = re.findall(r'_\("[^"]+"\), "[a-z_.]+", "([a-z-]+)"', frame)
    assert entries
    assert set(entries) <= symbols()


def test_the_script_draws_only_icons_that_are_there() -> None:
    script = (STATIC / "app.js").read_text("utf-8")
    assert set(re.findall(r'"#([a-z-]+)"', script)) == {"eye", "eye-off"} <= symbols()


@pytest.mark.safety("W4")
def test_the_script_needs_no_eval_and_writes_no_markup() -> None:
    script = (STATIC / "app.js").read_text("utf-8")
    for word in ("eval(", "new Function", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"):
        assert word not in script


def test_what_the_script_says_comes_translated_from_the_page() -> None:
    script = (STATIC / "app.js").read_text("utf-8")
    frame = (ROOT / "templates/layouts/base.html").read_text("utf-8")
    for name in set(re.findall(r"\bsay[A-Z]\w+", script)):
        attribute = "data-say-" + name.removeprefix("say").lower()
        assert re.search(attribute + r"=\"\{\{ _\('", frame), attribute


# --- Colours -------------------------------------------------------------------------------------------------

WORDS, CONTROLS = 45, 30  # tenths: 4.5 and 3.0 to 1, WCAG 2.2 criteria 1.4.3 and 1.4.11
PAIRS = [
    *[("foreground", back, WORDS) for back in ("background", "card", "muted", "faint")],
    *[("muted-foreground", back, WORDS) for back in ("background", "card", "muted", "faint")],
    *[("primary", back, WORDS) for back in ("background", "card", "muted")],
    ("primary-foreground", "primary", WORDS),
    ("secondary-foreground", "muted", WORDS),
    ("danger-foreground", "danger", WORDS),
    *[(tone, f"{tone}-back", WORDS) for tone in ("success", "warning", "danger", "info")],
    *[
        (tone, back, WORDS)
        for tone in ("danger", "success", "warning", "info")
        for back in ("card", "background")
    ],
    *[("input", back, CONTROLS) for back in ("background", "card")],
    *[("ring", back, CONTROLS) for back in ("background", "card")],
    ("primary", "border", CONTROLS),  # the bar of a progress against its track
]


def tokens() -> dict[str, tuple[str, str]]:
    text = (STATIC / "app.css").read_text("utf-8")
    return {
        name: (light, dark)
        for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", text)
    }


def brightness(colour: str) -> float:
    """Relative luminance of "#rgb" or "#rrggbb", 0 to 1 (WCAG 2.2, definition of relative luminance)."""
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_colours_stand_out_enough(front: str, back: str, least: int, theme: int) -> None:
    known = tokens()
    a, b = sorted((brightness(known[front][theme]), brightness(known[back][theme])))
    assert (b + 0.05) / (a + 0.05) * 10 >= least
