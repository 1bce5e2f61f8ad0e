"""The paper's three training steps: embedding tuning, LangAlign, task fine-tuning."""

from langalign.tuning.encoder_tuning import tune_encoder
from langalign.tuning.settings import TuningSettings
from langalign.tuning.steps import train_in_steps
from langalign.tuning.task_tuning import tune_task

__all__ = ["TuningSettings", "train_in_steps", "tune_encoder", "tune_task"]
