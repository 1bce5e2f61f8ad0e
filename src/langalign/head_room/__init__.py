"""Whether alignment can help, and whether the pairs are sound, before anything is fitted."""

from langalign.head_room.check import check_head_room
from langalign.head_room.map_check import MapCheck, Retrieval, check_map
from langalign.head_room.measure import HeadRoom, measure_head_room
from langalign.head_room.measured import Measured
from langalign.head_room.pair_soundness import vector_findings
from langalign.head_room.space_distance import SpaceDistance, space_distance
from langalign.head_room.task_check import TaskCheck, check_task
from langalign.head_room.verdict import Verdict
from langalign.head_room.worst_pairs import WorstPair

__all__ = [
    "HeadRoom",
    "MapCheck",
    "Measured",
    "Retrieval",
    "SpaceDistance",
    "TaskCheck",
    "Verdict",
    "WorstPair",
    "check_head_room",
    "check_map",
    "check_task",
    "measure_head_room",
    "space_distance",
    "vector_findings",
]
