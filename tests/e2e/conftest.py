"""What several end-to-end tests start from."""

from __future__ import annotations

import pytest

from tests.servers.arm import ArmServer
from tests.servers.arm.documents import Documents
from tests.servers.arm.harness import ERP, Collected, collect
from tests.servers.certificates import Certificates


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    """One authority for all tests of a file."""
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def documents() -> Documents:
    """The ERP's subscriptions."""
    return Documents.of_folder(ERP)


@pytest.fixture(scope="module")
def whole(certificates: Certificates, documents: Documents) -> Collected:
    """What is collected when nothing goes wrong."""
    with ArmServer(documents, certificates) as server:
        found = collect(server.connection())
    assert found.gaps == []
    return found
