"""The script that a browser runs in the background: at the root, as a script, and it keeps no page."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]


def test_it_stands_at_the_root_as_a_script_that_is_looked_for_anew(client):
    answer = client.get("/service-worker.js")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_it_keeps_no_page_and_asks_for_none():
    script = (PROJECT / "static" / "service-worker.js").read_text("utf-8")
    for word in ("caches", "fetch", "indexedDB", "importScripts", "eval"):
        assert word not in script
