"""The one page a watcher from outside reads."""


def test_it_says_ok_and_nothing_else_to_anybody(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert "Set-Cookie" not in answer.headers
