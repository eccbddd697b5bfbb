"""Codes and files that nobody knows are counted, so that guessing ends after a few tries."""

from datetime import datetime
from ipaddress import IPv6Address, ip_address

from casework.audit.actions import Program, record
from casework.users.actions.throttle import Limit

MISSES = Limit("verify", 20)
STRANGER = Program("stranger")


def is_held_back(address: str, *, now: datetime) -> bool:
    """Tell whether too many codes were tried from there to try another."""
    return MISSES.is_reached(network_of(address), now=now)


def note_miss(address: str, *, now: datetime) -> None:
    """Count a code or file that nobody knows; the last that is let pass is noted in the trail."""
    MISSES.note(network_of(address), now=now)
    if is_held_back(address, now=now):
        record("verification held back", "page", "verification", by=STRANGER, now=now, outcome="denied")


def network_of(address: str) -> str:
    """Where a visitor comes from; in IPv6 one household has as many addresses as it likes, but one network."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return f"{IPv6Address(int(found) >> 64 << 64)}/64" if isinstance(found, IPv6Address) else address
