"""Numbers out of what commands print, so that only like is compared with like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from benchmarks.model import Numbers, Printed

_SIGN_OFF_RULES = frozenset({"missing-author-sign-off", "handler-without-sign-off"})


def sum_numstat(lines: Iterable[bytes]) -> Numbers:
    """Added and removed lines of ``git log --numstat --format=%H``; binary files count none."""
    added = removed = 0
    for line in lines:
        fields = line.split(b"\t", 2)
        if len(fields) == 3 and fields[0] != b"-":
            added += int(fields[0])
            removed += int(fields[1])
    return {"added": added, "removed": removed}


def numstat_totals(printed: Printed) -> Numbers:
    """The same of a finished command."""
    with printed.stdout.open("rb") as lines:
        return sum_numstat(lines)


def lines_totals(printed: Printed) -> Numbers:
    """The total row of ``provenance lines -f json``."""
    total = json.loads(printed.stdout.read_bytes())["total"]
    return {"added": total["added"], "removed": total["removed"]}


def audit_totals(printed: Printed) -> Numbers:
    """The summary of ``provenance audit -f json``."""
    summary = json.loads(printed.stdout.read_bytes())["summary"]
    return {"added": summary["lines_added"], "removed": summary["lines_removed"]}


def unsigned_commits(printed: Printed) -> Numbers:
    """Commits with a finding about sign-offs in ``provenance audit -f json``."""
    commits = json.loads(printed.stdout.read_bytes())["commits"]
    rules = ({finding["rule"] for finding in commit["findings"]} for commit in commits)
    return {"flagged": sum(bool(found & _SIGN_OFF_RULES) for found in rules)}


def flagged_lines(printed: Printed) -> Numbers:
    """One line a flagged commit."""
    return {"flagged": len(printed.stdout.read_bytes().splitlines())}


def added_removed(printed: Printed) -> Numbers:
    """``ADDED REMOVED`` on one line."""
    added, removed = printed.stdout.read_text().split()
    return {"added": int(added), "removed": int(removed)}


def indexed_commits(printed: Printed) -> Numbers:
    """What ``provenance index`` says it knows."""
    said = printed.stderr.read_text(encoding="utf-8", errors="replace")
    found = re.search(r"(\d+) commits", said)
    return {"commits": int(found[1])} if found else {}


def logged_commits(printed: Printed) -> Numbers:
    """Records of ``git log --format=%H%x00%ae%x00%B``: each has two NULs."""
    with printed.stdout.open("rb") as stream:
        chunks = iter(lambda: stream.read(1 << 20), b"")
        return {"commits": sum(chunk.count(b"\0") for chunk in chunks) // 2}
