"""The whole life of golden testsets as one asynchronous object, and the version that it hands out."""

from golden_assets.manager.lifecycle import GoldenTestsetManager
from golden_assets.manager.version import TestsetVersion

__all__ = ["GoldenTestsetManager", "TestsetVersion"]
