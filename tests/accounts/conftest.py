"""`shared_db`: one database for tests that only ask."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from local.postgres import TemplateCluster
from tests.conftest import Connection


@pytest.fixture(scope="module")
def shared_db(template_cluster: TemplateCluster) -> Iterator[Connection]:
    """A connection to a database that the tests of a module share and do not change."""
    dsn = template_cluster.new_database()
    with psycopg.connect(dsn, autocommit=True) as connection:
        yield connection
    template_cluster.drop(dsn)
