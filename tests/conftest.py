"""Sample repositories, built once per test session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from provenance.settings import Settings
from sample_repos.build import build


@dataclass(frozen=True)
class BuiltSample:
    """A sample on disk and the rules its recipe expects, by commit id or tag ref."""

    name: str
    path: Path
    expected: dict[str, list[str]]

    @property
    def keyring(self) -> Path | None:
        """Its keyring, where it has one."""
        return self._beside("keyring.asc")

    @property
    def mails(self) -> Path | None:
        """Its mailbox, where it has one."""
        return self._beside("mail.mbox")

    @property
    def settings(self) -> Settings:
        """The same from Python."""
        return Settings(
            keyring=(self.keyring,) if self.keyring else (),
            mails=(self.mails,) if self.mails else (),
        )

    @property
    def options(self) -> tuple[str, ...]:
        """What an audit of it is given."""
        keyring = ("--keyring", str(self.keyring)) if self.keyring else ()
        mails = ("--mail", str(self.mails)) if self.mails else ()
        return (*keyring, *mails)

    def _beside(self, name: str) -> Path | None:
        path = self.path / name
        return path if path.exists() else None


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], BuiltSample]:
    """Builds a sample by name; the same one for the whole session."""
    built: dict[str, BuiltSample] = {}
    root = tmp_path_factory.mktemp("samples")

    def get(name: str) -> BuiltSample:
        if name not in built:
            built[name] = BuiltSample(name, root / name, build(name, root / name))
        return built[name]

    return get


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No policy, settings or index of whoever runs the tests."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    for name in ("FORMAT", "POLICY", "DEBUG", "CACHE_DIR"):
        monkeypatch.delenv(f"PROVENANCE_{name}", raising=False)
