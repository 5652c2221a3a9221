"""Who MAINTAINERS names for some paths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from provenance.report.document import Column, Document, Section, Table


class PersonInRole(Struct, frozen=True, kw_only=True):
    """A person, the script's role word, and the subsystem it is for."""

    name: str
    email: str
    role: str
    subsystem: str


class PathReport(Struct, frozen=True, kw_only=True):
    """MAINTAINERS' answer for one path, which ``exists`` in that tree or is only a name."""

    path: str
    exists: bool
    subsystems: tuple[str, ...]
    people: tuple[PersonInRole, ...]
    lists: tuple[str, ...]


class SubsystemPage(Struct, frozen=True, kw_only=True):
    """Draws the answers for several paths."""

    revision: str
    paths: tuple[PathReport, ...]

    def data(self) -> tuple[PathReport, ...]:
        return self.paths

    def rows(self) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
        header = ("path", "subsystem", "role", "name", "email")
        return header, [
            (found.path, person.subsystem, person.role, person.name, person.email)
            for found in self.paths
            for person in found.people
        ]

    def document(self) -> Document:
        return Document(
            title=f"MAINTAINERS at {self.revision}",
            sections=[_section(found) for found in self.paths],
        )


def _section(found: PathReport) -> Section:
    facts = [] if found.exists else [("in the tree", "no: matched by its name alone")]
    facts.append(("subsystems", ", ".join(found.subsystems) or "none"))
    if found.lists:
        facts.append(("lists", ", ".join(found.lists)))
    if not found.people:
        return Section(title=found.path, facts=(*facts, ("people", "none")))
    return Section(
        title=found.path,
        facts=facts,
        table=Table(
            columns=(
                Column(title="role"),
                Column(title="who", limit=48),
                Column(title="subsystem", limit=34),
            ),
            rows=[
                (person.role, f"{person.name} <{person.email}>", person.subsystem)
                for person in found.people
            ],
        ),
    )
