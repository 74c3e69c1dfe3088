"""Nobody is led to another site, no other host is answered, and nothing we ask of others follows a redirect."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import quote

import pytest

from blueprints.shared.doors import local_path
from gateways.base import GatewaySilent
from gateways.sandbox.client import RemoteSandbox

pytestmark = pytest.mark.database("sqlite")
EVIL = "evil.example"
ELSEWHERE = [
    f"//{EVIL}", f"///{EVIL}", f"////{EVIL}", f"/\\{EVIL}", f"\\/{EVIL}", f"\\\\{EVIL}",
    f"/\\/{EVIL}", f"https://{EVIL}",
    f"http://{EVIL}/dashboard", f"HTTPS://{EVIL}", f"https:/{EVIL}", f"https:{EVIL}",
    f"https:///{EVIL}", f"ftp://{EVIL}",
    f"javascript:alert(1)//{EVIL}", "javascript:alert(1)", "JaVaScRiPt:alert(1)",
    "data:text/html,<script>1</script>",
    f"vbscript:{EVIL}", f"mailto:a@{EVIL}", f"@{EVIL}", f"/@{EVIL}\\", f"//user@{EVIL}",
    f"https://localhost@{EVIL}",
    f"http://localhost:80@{EVIL}/", f"//localhost.{EVIL}", f".{EVIL}", EVIL, f"?next=//{EVIL}\\",
    f"#//{EVIL}",
    f"/%2f{EVIL}", f"/%2F%2F{EVIL}", f"%2f%2f{EVIL}", f"/%5c{EVIL}", f"/%09/{EVIL}", f"/\t/{EVIL}",
    f"\t//{EVIL}",
    f" //{EVIL}", f"\n//{EVIL}", f"\r\n//{EVIL}", f"/\r\n/{EVIL}",
    f"/dashboard\r\nLocation: https://{EVIL}",
    f"/dashboard\nSet-Cookie: a=b;{EVIL}", f"/\x00/{EVIL}", f"\x00//{EVIL}", f"/\u2028/{EVIL}",
    f"/／{EVIL}", f"／／{EVIL}",
    f"/。{EVIL}", f"//{EVIL}%00", f"/..//{EVIL}", f"/../..//{EVIL}", f"/a//{EVIL}", f"/./{EVIL}//",
    f"//[::1]/{EVIL}",
    f"http://[{EVIL}", f"//{EVIL}:80", f"//{EVIL}?a", f"//{EVIL}#a", f"/;@{EVIL}",
    f"/dashboard;//{EVIL}", "about:blank",
    f"blob:https://{EVIL}", f"file://{EVIL}/x", f"//2130706433/{EVIL}",
    f"https://{EVIL}%23@localhost/", "/" * 600,
    f"/%25%32%66{EVIL}//", f"<//{EVIL}>", f"\"//{EVIL}", f"'//{EVIL}", f"/\u202e//{EVIL}",
]  # fmt: skip
HOSTS = [
    EVIL, f"{EVIL}:80", f"localhost.{EVIL}", f"{EVIL}#localhost", f"localhost@{EVIL}",
    f"localhost,{EVIL}", f"localhost {EVIL}",
    "127.0.0.2", "127.1", "0.0.0.0", "[::ffff:127.0.0.1]", "LOCALHOST.", "localhost..",
    "2130706433", "0x7f.1", "xn--n3h.example",
    "localhost%00.example", "-", "..", f"//{EVIL}",
]  # fmt: skip


@pytest.mark.safety("W12")
@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_no_address_of_elsewhere_is_taken_for_a_page_of_ours(wanted) -> None:
    path = local_path(wanted)
    assert path == "" or (path.startswith("/") and not path.startswith(("//", "/\\")))
    assert EVIL not in path.partition("?")[0].removeprefix("/").partition("/")[0]
    assert "\\" not in path
    assert not any(ord(character) < 33 for character in path)


@pytest.mark.safety("W12")
def test_after_signing_in_nobody_lands_elsewhere(house) -> None:
    landed = set()
    for wanted in ELSEWHERE:
        client = house.app.test_client()
        answer = client.post(
            "/sign-in", data={"name": "stan", "password": house.password("stan"), "next": wanted}
        )
        landed.add(answer.headers.get("Location", ""))
        again = house.client("stan").get(f"/sign-in?next={quote(wanted)}")
        landed.add(again.headers.get("Location", ""))
        client.post("/sign-out")
    assert landed == {"/dashboard"}


@pytest.mark.safety("W13")
@pytest.mark.parametrize("host", HOSTS)
def test_a_host_that_nobody_configured_is_refused_on_every_page(client, house, host) -> None:
    for path in ("/", "/sign-in", "/dashboard", "/office", "/healthz", "/static/app.css"):
        assert client.get(path, headers={"Host": host}).status_code == 400, path


class Redirecting(BaseHTTPRequestHandler):
    """Answers everything with a redirect to where nobody may be led, and counts who came."""

    came: list[str] = []

    def do_POST(self) -> None:
        self.came.append(self.path)
        self.send_response(307)
        self.send_header("Location", "/inside")
        self.end_headers()

    do_GET = do_POST  # noqa: N815 - the name the library calls

    def log_message(self, *_words: object) -> None:
        pass


@pytest.mark.safety("W26")
def test_a_processor_that_leads_elsewhere_is_not_followed() -> None:
    server = HTTPServer(("127.0.0.1", 0), Redirecting)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Redirecting.came.clear()
    try:
        with pytest.raises(GatewaySilent):
            RemoteSandbox(f"http://127.0.0.1:{server.server_port}").look_up("a-key", "a-ref")
    finally:
        server.shutdown()
        server.server_close()
    assert Redirecting.came
    assert "/inside" not in Redirecting.came
