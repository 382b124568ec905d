"""What several tests use."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

import citx

ROOT = Path(__file__).parents[2]
CONFORMANCE = ROOT / "tests" / "conformance"


def needs(name: str) -> ModuleType:
    """A library that citx does without: tests that need it are skipped, visibly, where it is not installed."""
    module: ModuleType = pytest.importorskip(name, reason=f"{name} is not installed")
    return module


@pytest.fixture
def people() -> citx.Population:
    return citx.Population.from_arrow(
        {"citizen_id": ["C-17", "C-18", "C-19"], "opens_90d": [4, None, 0], "area": ["Fishponds", "Lawrence Hill", None]},
        key="citizen_id",
    )


@pytest.fixture
def policy() -> citx.Policy:
    return (
        citx.Policy.builtin("uk-2026")
        .with_controller(name="Anytown Council", kind="public_authority", time_zone="Europe/London")
        .with_purpose("newsletter", message_class="direct_marketing", basis="consent")
        .with_purpose("repairs", message_class="service", basis="contract")
        .with_purpose("tsm-survey", message_class="research", basis="public_task")
    )
