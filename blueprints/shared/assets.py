"""Addresses of static files that carry the hash of their content, so browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask, url_for


def init_app(app: Flask) -> None:
    root = Path(app.static_folder or "static")
    addresses: dict[str, str] = {}

    def asset(name: str) -> str:
        """The address of static file `name` with `?v=` and the first half of its SHA-256."""
        if name not in addresses or app.debug:
            path = root / name
            version = hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.exists() else None
            addresses[name] = url_for("static", filename=name, v=version)
        return addresses[name]

    app.jinja_env.globals["asset"] = asset
