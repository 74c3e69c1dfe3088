"""Addresses of static files that carry the hash of their content, so browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, url_for


def init_app(app: Flask) -> None:
    root = Path(app.static_folder or "static")
    hashes: dict[str, str] = {}

    def asset(name: str) -> str:
        """The address of static file `name` with `?v=` and the first half of its SHA-256."""
        if name not in hashes or app.debug:
            path = root / name
            hashes[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else ""
        return url_for("static", filename=name, v=hashes[name] or None)

    app.jinja_env.globals["asset"] = asset
