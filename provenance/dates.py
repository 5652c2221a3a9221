"""Times as text, the same in every locale and time zone."""

from __future__ import annotations

import datetime
from typing import Final

HOUR: Final = 3_600
DAY: Final = 24 * HOUR
"""Seconds."""
LAST: Final = 253_402_300_799
"""9999-12-31T23:59:59Z in Unix seconds."""


def end_of(day: datetime.date) -> int:
    """The last second of a UTC day, in Unix seconds."""
    moment = datetime.datetime.combine(day, datetime.time(23, 59, 59), datetime.UTC)
    return int(moment.timestamp())


def stamp(seconds: int, zone: str) -> str:
    """ISO 8601 in the zone that stood in the object; ``@seconds zone`` where impossible."""
    minutes = int(zone[1:3]) * 60 + int(zone[3:5])
    if zone.startswith("-"):
        minutes = -minutes
    local = seconds + minutes * 60
    if not 0 <= local <= LAST or not 0 <= seconds <= LAST or abs(minutes) >= 24 * 60:
        return f"@{seconds} {zone}"
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=local)
    return f"{moment.isoformat()}{zone[:3]}:{zone[3:]}"


def day(seconds: int) -> str:
    """The UTC day, ``YYYY-MM-DD``; ``@seconds`` where no calendar has it."""
    if not 0 <= seconds <= LAST:
        return f"@{seconds}"
    moment = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    return moment.date().isoformat()
