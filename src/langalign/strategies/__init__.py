"""Ways of getting a target classifier."""

from langalign.strategies.base import Problem, Strategy, TargetClassifier, strategies

__all__ = ["Problem", "Strategy", "TargetClassifier", "strategies"]
