"""Small products on one thread, whichever BLAS does them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCIPY_COMES_LATER = """
from langalign.threads import one_blas_thread
from threadpoolctl import threadpool_info
import numpy
with one_blas_thread():
    pass
import scipy.linalg
with one_blas_thread():
    threads = [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]
print(len(threads), max(threads))
"""


@pytest.mark.skipif(os.cpu_count() == 1, reason="one core has one thread anyway")
def test_a_blas_that_is_loaded_after_the_first_use_is_limited_as_well():
    environment = {name: value for name, value in os.environ.items() if "NUM_THREADS" not in name}
    done = subprocess.run(
        [sys.executable, "-c", SCIPY_COMES_LATER],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    pools, threads = map(int, done.stdout.split())
    assert pools >= 1
    assert threads == 1
