"""Failures of the shared runner show both sides of what they compare."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.hostile.case")
