"""Signals: what arrives from browsers, mailboxes, telephones and lists, read as consent events and facts.

A :class:`Signal` says whose signal it is and gives tables of events that :meth:`citx.ConsentLedger.append_arrow` and
:meth:`citx.ConsentView.from_events` take. What cannot be read is an error, or no event; never a yes.
"""

from __future__ import annotations

import json as _json
from collections.abc import Sequence as _Sequence
from os import PathLike as _PathLike
from typing import Any as _Any
from typing import cast as _cast

from citx._citx import (
    AddressList,
    NumberList,
    Policy,
    Population,
    Signal,
    Table,
    _gpp_json,
    _read_preferences,
    _screen_calls,
    _screen_post,
    _tcf_json,
)
from citx._citx import _is_one_click as is_one_click
from citx._citx import _one_click_headers as one_click_headers
from citx._citx import _sms_reply as sms_reply
from citx._citx import _with_screening as with_screening
from citx.typing import Instant, TableInput

__all__ = [
    "AddressList",
    "NumberList",
    "Signal",
    "is_one_click",
    "one_click_headers",
    "read_gpp",
    "read_preferences",
    "read_tcf",
    "screen_calls",
    "screen_post",
    "sms_reply",
    "with_screening",
]


def read_tcf(text: str) -> dict[str, _Any]:
    """Read all fields of an IAB TCF string.

    Args:
        text: The string, of version 2 or 1.

    Returns:
        The fields by name.

    Raises:
        InvalidArgumentError: For text that is no such string.
    """
    return _cast("dict[str, _Any]", _json.loads(_tcf_json(text)))


def read_gpp(text: str) -> dict[str, _Any]:
    """Read all sections of an IAB GPP string.

    Args:
        text: The string.

    Returns:
        The sections by name.

    Raises:
        InvalidArgumentError: For text that is no such string.
    """
    return _cast("dict[str, _Any]", _json.loads(_gpp_json(text)))


def screen_calls(people: Population, tps: NumberList, ctps: NumberList, *, policy: Policy, previous: TableInput | None = None) -> Table:
    """Screen everyone's phone number against the TPS and the CTPS.

    Args:
        people: The citizens; a column is known as the fact ``phone``.
        tps: The numbers of the Telephone Preference Service.
        ctps: Those of the Corporate Telephone Preference Service.
        policy: The policy by which numbers are compared.
        previous: The screening before: a number that it found on neither list was registered since.

    Returns:
        For each citizen the key, ``number``, ``tps_listed_at``, ``tps_screened_at`` and ``evidence``; for :func:`with_screening`.

    Raises:
        InvalidArgumentError: Where no column is known as the fact ``phone``.
    """
    return _screen_calls(people, tps, ctps, previous, policy)


def screen_post(
    people: Population,
    mps: AddressList,
    *,
    address: str | _Sequence[str] | None = None,
    surname: str | None = None,
    postcode: str | None = None,
) -> Table:
    """Screen everyone's address against the MPS.

    Args:
        people: The citizens.
        mps: The addresses of the Mailing Preference Service.
        address: The columns of the lines of the address; absent, those known as the fact ``address``.
        surname: The column of the surname; absent, whoever is listed at an address counts.
        postcode: The column of the postcode; looked for in the address if absent.

    Returns:
        For each citizen the key, ``mps_listed`` and ``evidence``; for :func:`with_screening`.

    Raises:
        InvalidArgumentError: Where no column is known as an address.
    """
    return _screen_post(people, mps, address, surname, postcode)


def read_preferences(
    path: str | _PathLike[str], *, mapping: str | _PathLike[str], at: Instant | None = None, time_zone: str = "UTC"
) -> Table:
    """Read the export of a preference centre.

    Args:
        path: A ``.csv``, ``.parquet``, ``.arrow`` or ``.xlsx`` file.
        mapping: The TOML file that says what its columns and words mean (``docs/spec/signals.md``).
        at: When all of it was said, where the mapping names no column for that.
        time_zone: The zone in which days begin.

    Returns:
        Events, with the file's digest and the row as evidence, and keys by which a ledger takes the same file once.

    Raises:
        CitxIOError: For a file that cannot be read.
        InvalidArgumentError: Naming column and row of a word that the mapping does not have, never the word.
    """
    return _read_preferences(path, mapping, at, time_zone)
