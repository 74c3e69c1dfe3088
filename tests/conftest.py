"""Where the fixtures come from. Each file of tests/fixtures/ opens with the list of what it offers."""

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.app",
    "tests.fixtures.bank",
    "tests.fixtures.servers",
    "tests.fixtures.browser",
    "tests.fixtures.mail",
    "tests.fixtures.people",
    "tests.fixtures.getting_in",
    "tests.fixtures.texts",
    "tests.fixtures.pushes",
    "tests.fixtures.watcher",
    "tests.fixtures.agreements",
    "tests.fixtures.ach",
    "tests.fixtures.adjusting",
    "tests.fixtures.billed",
    "tests.fixtures.four_kinds",
    "tests.fixtures.data",
    "tests.fixtures.torture",
    "tests.fixtures.safety",
    "tests.fixtures.stripe_peer",
]
