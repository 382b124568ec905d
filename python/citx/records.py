"""Records out: consent receipts and records in the forms of others.

``controller`` and ``words`` are mappings, because no law gives them. ``controller`` has ``name``, ``contact``, ``address`` (a mapping by
the names of PostalAddress of schema.org), ``email``, ``phone``, ``policy_url``, ``jurisdiction``, ``language``; ``words`` has ``service``,
``purpose``, ``termination`` and, if need be, ``categories``, ``personal_data``, ``sensitive_data`` and ``third_party``.
"""

from __future__ import annotations

import json as _json
from collections.abc import Mapping as _Mapping
from typing import Any as _Any
from typing import cast as _cast

from citx._citx import _consent_record, _kantara_receipt
from citx.typing import TableInput

__all__ = ["consent_receipt", "consent_record", "kantara_receipt"]


def kantara_receipt(events: TableInput, event_id: int, *, controller: _Mapping[str, _Any], words: _Mapping[str, _Any]) -> dict[str, _Any]:
    """Write a consent receipt after the Kantara Initiative's specification 1.1.0.

    Args:
        events: Recorded events, such as :meth:`citx.ConsentLedger.history` gives.
        event_id: The event; its status is ``given`` or ``renewed``.
        controller: Who the controller is.
        words: What is said of the purpose.

    Returns:
        The receipt.

    Raises:
        InvalidArgumentError: For an event that gives no consent, or a field that is missing.
        NotFoundError: For an event that is not there.
    """
    return _cast("dict[str, _Any]", _json.loads(_kantara_receipt(events, event_id, controller, words)))


def consent_record(
    events: TableInput,
    purpose: str,
    *,
    controller: _Mapping[str, _Any],
    words: _Mapping[str, _Any],
    processing: _Mapping[str, _Any] | None = None,
) -> dict[str, _Any]:
    """Write the record of one citizen and purpose, shaped after ISO/IEC TS 27560:2023.

    Args:
        events: The citizen's recorded events, such as :meth:`citx.ConsentLedger.history` gives.
        purpose: The name of the purpose.
        controller: Who the controller is.
        words: What is said of the purpose.
        processing: What else is said of the processing: ``lawful_basis``, ``processing_method``, ``withdrawal_method``,
            ``impact_assessment``, ``authority_party``; and lists: ``storage_locations``, ``processing_locations``,
            ``geographic_restrictions``, ``privacy_rights``, ``codes_of_conduct``.

    Returns:
        The record: every event that concerns the purpose.

    Raises:
        InvalidArgumentError: For events of several citizens, or a field that is missing.
        NotFoundError: Where no event concerns the purpose.
    """
    return _cast("dict[str, _Any]", _json.loads(_consent_record(events, purpose, controller, words, processing, None)))


def consent_receipt(
    events: TableInput,
    purpose: str,
    event_id: int,
    *,
    controller: _Mapping[str, _Any],
    words: _Mapping[str, _Any],
    processing: _Mapping[str, _Any] | None = None,
) -> dict[str, _Any]:
    """Write the receipt of one event: the extract of :func:`consent_record` that has this event only.

    Args:
        events: The citizen's recorded events.
        purpose: The name of the purpose.
        event_id: The event.
        controller: Who the controller is.
        words: What is said of the purpose.
        processing: What else is said of the processing.

    Returns:
        The receipt.

    Raises:
        InvalidArgumentError: For events of several citizens, or a field that is missing.
        NotFoundError: For an event that is not in the record.
    """
    return _cast("dict[str, _Any]", _json.loads(_consent_record(events, purpose, controller, words, processing, event_id)))
