"""The page of the service's reliability, and what its record has to promise."""

from __future__ import annotations

import pytest
from results_pages.places import RECORDS
from results_pages.records import Records
from results_pages.service import service_faults, service_kills

RECORD = RECORDS / "service.json"
pytestmark = pytest.mark.skipif(not RECORD.exists(), reason="nothing was measured yet")


@pytest.fixture(scope="module")
def records():
    return Records.read()


def test_nothing_sent_was_answered_with_a_5xx(records):
    faults = records.service["faults"]
    statuses = {status for row in faults["kinds"].values() for status in row["statuses"]}
    assert not any(status.startswith("5") for status in statuses)
    assert faults["answered_right_after"] == faults["kinds_tried"] == len(faults["kinds"])
    assert faults["slow"]["given_up"] == faults["slow"]["clients"]
    assert "Answered with a 5xx: 0." in service_faults(records)


def test_a_stop_lost_nothing_and_nothing_was_ever_wrong(records):
    kills = records.service["kills"]
    assert kills["SIGTERM"]["answered"] == kills["SIGTERM"]["logged"]
    assert set(kills["SIGTERM"]["statuses"]) == {0}
    for row in kills.values():
        if isinstance(row, dict) and "rounds" in row:
            assert (row["wrong"], row["files_changed"]) == (0, 0)
            assert row["started"] == row["rounds"]
    assert "| SIGTERM |" in service_kills(records)


def test_memory_stayed_flat(records):
    soak = records.service["soak"]
    assert soak["seconds"] >= 600
    assert (soak["wrong"], soak["broken"]) == (0, 0)
    assert soak["megabytes_last"] < 1.05 * soak["megabytes_first"]
