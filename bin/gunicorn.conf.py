"""How gunicorn serves Duebook: one worker, eight threads, on HOST:PORT of the environment.

One worker because the scheduler lives in the process and SQLite has one writer; eight threads because a page
waits for the database more than it computes. `make run` and the tests both start it with this file.
"""

import os

import gunicorn.http.wsgi

gunicorn.http.wsgi.SERVER = "Duebook"  # the Server header; gunicorn has no setting for it

host = os.environ.get("HOST") or "127.0.0.1"
port = os.environ.get("PORT") or "8000"

bind = [f"[{host}]:{port}" if ":" in host else f"{host}:{port}"]
worker_class = "gthread"
workers = 1
threads = 8
graceful_timeout = 25  # a service manager waits 30 seconds before it kills
timeout = 60
keepalive = 5
umask = 0o077  # the database, its write-ahead log and uploads are for this account alone
control_socket_disable = True
proc_name = "duebook"
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # the heartbeat must not wait for a disk


def when_ready(server):
    """Say where the pages are, once they can be asked for, and where the demo's secrets stand."""
    address = os.environ.get("DUEBOOK_BASE_URL") or f"http://localhost:{port}"
    secrets = os.path.join(os.environ.get("DUEBOOK_INSTANCE") or "instance", "demo-sign-ins.txt")
    print(f"\n  Duebook answers at {address}", flush=True)
    if os.path.exists(secrets):
        print(f"  Demo sign-ins and their passwords: {secrets}", flush=True)
    print("  Ctrl+C ends it.\n", flush=True)
