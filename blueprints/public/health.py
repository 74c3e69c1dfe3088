"""Whether the process answers, for whatever watches it from outside. Says nothing else."""

from flask import Response

from blueprints.public import public


@public.get("/healthz")
def healthz() -> Response:
    return Response("ok\n", mimetype="text/plain")
