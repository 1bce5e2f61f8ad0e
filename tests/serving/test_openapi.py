"""Requests made up from the service's own description: all are answered as described."""

from __future__ import annotations

import contextlib

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from langalign.serving import Held

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


BOUNDED = settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_every_made_up_request_is_answered_as_described(serving, bundle):
    statuses = set()

    def answered(case):
        statuses.add((case.path, case.call_and_validate(checks=CHECKS).status_code))

    # Of one model, which need not be guessed: most of what is well-formed is then answered.
    with serving(Held("reviews", bundle)) as (client, _):
        schema = schemathesis.openapi.from_url(str(client.base_url.join("/openapi.json")))
        for operation in schema.get_all_operations():
            for mode in GenerationMode:
                request = operation.ok().as_strategy(generation_mode=mode)
                # What takes nothing cannot be asked wrongly.
                allowed = Unsatisfiable if mode is GenerationMode.NEGATIVE else ()
                with contextlib.suppress(allowed):
                    BOUNDED(given(request)(answered))()
    computed = ("/predict", "/classify", "/explain")
    assert statuses >= {(path, status) for path in computed for status in (200, 422)}
    assert ("/v1/embeddings", 400) in statuses
