"""`browser`: a plain HTTP client of the hosted pages."""

import pytest
from werkzeug.test import Client

from gateways.sandbox.client import EmbeddedSandbox
from tests.gateways.conftest import NOW


@pytest.fixture
def browser(embedded: EmbeddedSandbox) -> Client:
    return Client(embedded.wsgi_app(now=lambda: NOW))
