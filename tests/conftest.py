"""What the black-box suites share: a cluster for a session, a migrated database for a module, clusters to break."""

import itertools
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "support"))

_numbers = itertools.count()


@pytest.fixture(scope="session")
def cluster():
    from postgres import Cluster
    made = Cluster().start()
    yield made
    made.close()


@pytest.fixture(scope="module")
def database(cluster):
    import server
    made = cluster.create_database(f"orders_{next(_numbers)}")
    server.migrate(made)
    return made


@pytest.fixture
def fresh_database(cluster):
    import server
    made = cluster.create_database(f"orders_{next(_numbers)}")
    server.migrate(made)
    return made


@pytest.fixture
def own_cluster():
    """One for a test to break."""
    from postgres import Cluster
    made = Cluster().start()
    yield made
    made.close()


@pytest.fixture
def own_database(own_cluster):
    import server
    made = own_cluster.create_database("orders")
    server.migrate(made)
    return made


@pytest.fixture
def start_server():
    """start_server(database_url, *flags): a running server, stopped at the test's end."""
    from server import Server
    started = []

    def start(database_url, *flags):
        started.append(Server(database_url, *flags).start())
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture(scope="module")
def server(database):
    from server import Server
    started = Server(database.url("orders_app"), "--caller_metadata_key=x-caller", "--log_sample_rate=1").start()
    yield started
    started.close()


@pytest.fixture(scope="module")
def client(server):
    from client import Client
    made = Client(server.address)
    yield made
    made.close()
