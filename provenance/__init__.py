"""provenance: who wrote what is in a kernel tree, who let it in, and what is not known.

The public API is ``audit`` and the records it returns; both are loaded when first used, so
that importing the package costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__version__ = "0.1.0"
__all__ = ["Policy", "Report", "Settings", "__version__", "audit"]

if TYPE_CHECKING:
    from provenance.audit import audit
    from provenance.policy import Policy
    from provenance.report.model import Report
    from provenance.settings import Settings

_HOMES = {
    "audit": "provenance.audit",
    "Policy": "provenance.policy",
    "Report": "provenance.report.model",
    "Settings": "provenance.settings",
}


def __getattr__(name: str) -> object:
    """Loads a public name from its home (PEP 562)."""
    import importlib

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)
