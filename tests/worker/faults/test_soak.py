"""The short form of the soak; `make soak` runs the long one."""

import pytest

from tests.worker.soak import is_clean, soak
from tests.worker.support import Bench


@pytest.mark.timeout(600)
def test_many_jobs_with_faults_and_restarts_are_each_done_once(bench: Bench) -> None:
    result = soak(bench, 300, patience=400)
    assert is_clean(result), str(result)
    assert result.restarts > 0
    assert result.retries > 0
