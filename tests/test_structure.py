"""The plan of the house (docs/architecture.md) holds in every file of this project."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house import code, imports, pages

PROJECT = Path(__file__).resolve().parents[1]
Check = Callable[[Path], list[str]]


def assert_none(check: Check) -> None:
    complaints = check(PROJECT)
    assert not complaints, "\n" + "\n".join(sorted(complaints))


def test_rooms_import_only_downwards() -> None:
    assert_none(imports.imports_upwards)


def test_rules_and_leaves_know_neither_the_web_nor_the_database() -> None:
    assert_none(imports.imports_barred_libraries)


def test_everything_the_application_imports_is_pinned() -> None:
    assert_none(imports.imports_what_is_not_installed)


def test_only_the_transaction_commits() -> None:
    assert_none(code.commits_outside_the_door)


@pytest.mark.safety("M1")
def test_no_float_comes_near_money() -> None:
    assert_none(code.floats_near_money)


@pytest.mark.safety("J21")
def test_nothing_below_the_edges_reads_the_clock() -> None:
    assert_none(code.clocks_below_the_edges)


@pytest.mark.parametrize("check", [code.long_functions, code.long_files], ids=["functions", "files"])
def test_functions_and_files_stay_short(check: Check) -> None:
    assert_none(check)


def test_names_say_what_things_are() -> None:
    assert_none(code.drifting_names)


def test_no_text_names_a_registry_or_somebodys_disk() -> None:
    assert_none(code.places_of_this_machine)


@pytest.mark.safety("W4")
def test_templates_hold_no_inline_code_or_style() -> None:
    assert_none(pages.inline_code_in_templates)


def test_every_page_has_its_template_folder() -> None:
    assert_none(pages.pages_without_templates)


def test_every_page_has_its_test() -> None:
    assert_none(pages.pages_without_tests)


def test_pages_never_ask_for_a_kind() -> None:
    assert_none(pages.pages_that_name_a_kind)


def test_pages_leave_the_database_session_alone() -> None:
    assert_none(pages.pages_that_touch_the_session)
