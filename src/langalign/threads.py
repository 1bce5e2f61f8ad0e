"""One BLAS thread for work that consists of many small products."""

from __future__ import annotations

import functools
import sys
from contextlib import AbstractContextManager
from typing import Any


def one_blas_thread() -> AbstractContextManager[Any]:
    """Return a context in which matrix products run on one thread.

    Choosing settings fits hundreds of small models. There a second thread gains little on an idle
    machine, and on a busy one the threads' waiting for each other costs several times the work.
    """
    # SciPy brings a BLAS of its own, and a controller knows those that were loaded before it.
    controller = _controller(scipy="scipy.linalg" in sys.modules)
    context: AbstractContextManager[Any] = controller.limit(limits=1, user_api="blas")
    return context


@functools.cache
def _controller(*, scipy: bool) -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
