"""Signals: what arrives from browsers, mailboxes and telephones, read as consent events.

A :class:`Signal` says whose signal it is and gives tables of events that :meth:`citx.ConsentLedger.append_arrow` and
:meth:`citx.ConsentView.from_events` take. What cannot be read is an error, or no event; never a yes.
"""

from __future__ import annotations

import json as _json
from typing import Any as _Any
from typing import cast as _cast

from citx._citx import Signal, _gpp_json, _tcf_json
from citx._citx import _is_one_click as is_one_click
from citx._citx import _one_click_headers as one_click_headers
from citx._citx import _sms_reply as sms_reply

__all__ = ["Signal", "is_one_click", "one_click_headers", "read_gpp", "read_tcf", "sms_reply"]


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
