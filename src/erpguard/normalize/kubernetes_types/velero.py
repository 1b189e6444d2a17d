from __future__ import annotations

from erpguard.normalize.kubernetes_types import Shape

SHAPES: dict[str, Shape] = {}
