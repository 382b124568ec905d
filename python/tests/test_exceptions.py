"""Exceptions: every kind, its class, its words."""

from __future__ import annotations

import pickle

import pytest

import citx
from citx import _citx, exceptions

KINDS = {
    10: ("InvalidArgument", citx.InvalidArgumentError, ValueError),
    11: ("OutOfRange", citx.InvalidArgumentError, ValueError),
    20: ("RuleSyntax", citx.RuleError, ValueError),
    21: ("RuleType", citx.RuleError, ValueError),
    22: ("UnknownName", citx.RuleError, ValueError),
    30: ("NotFound", citx.NotFoundError, KeyError),
    31: ("Conflict", citx.ConflictError, Exception),
    32: ("Busy", citx.ConflictError, Exception),
    40: ("PolicyInvalid", citx.PolicyError, ValueError),
    41: ("PolicyUnsupported", citx.PolicyError, ValueError),
    50: ("InsufficientData", citx.StatisticsError, ArithmeticError),
    51: ("NotConverged", citx.StatisticsError, ArithmeticError),
    52: ("Suppressed", citx.StatisticsError, ArithmeticError),
    60: ("Io", citx.CitxIOError, OSError),
    61: ("Corrupted", citx.CorruptedError, Exception),
    62: ("FormatVersion", citx.CitxIOError, OSError),
    70: ("LimitExceeded", citx.LimitError, Exception),
    71: ("Cancelled", citx.CancelledError, Exception),
    72: ("Unsupported", citx.LimitError, Exception),
    99: ("Panic", citx.InternalError, RuntimeError),
}


@pytest.mark.parametrize("code", KINDS)
def test_every_kind_is_its_exception(code: int) -> None:
    kind, own, base = KINDS[code]
    with pytest.raises(own) as caught:
        _citx._fail(code)
    error = caught.value
    assert type(error) is own
    assert isinstance(error, base)
    assert isinstance(error, citx.CitxError)
    assert (error.kind, error.code) == (kind, code)
    assert str(error)
    assert str(error)[0] not in "'\"["
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.kind, again.code) == (type(error), str(error), kind, code)


def test_no_kind_is_forgotten() -> None:
    assert set(exceptions._BY_CODE) == set(KINDS)
    for code in set(range(120)) - set(KINDS):
        with pytest.raises(citx.InvalidArgumentError):
            _citx._fail(code)


def test_a_panic_is_an_internal_error_that_keeps_its_words_to_itself() -> None:
    with pytest.raises(citx.InternalError) as caught:
        _citx._fail(99)
    assert "as the test wants" not in str(caught.value)
    assert citx.Table.from_arrow({"a": [1]}).num_rows == 1


def test_a_rule_error_has_its_place() -> None:
    with pytest.raises(citx.RuleError) as caught:
        citx.SegmentBook({"a": "TRUE AND\n  opens >> 3"})
    error = pickle.loads(pickle.dumps(caught.value))
    assert (error.line, error.column) == (caught.value.line, caught.value.column) == (2, error.column)
    assert error.span == caught.value.span
    assert "^" in str(error)


def test_exceptions_can_be_made_and_carry_their_kind() -> None:
    for name in exceptions.__all__:
        error = getattr(citx, name)("words")
        assert str(error) == "words"
        assert (error.kind, error.code) in {(kind, code) for code, (kind, _, _) in KINDS.items()}
    assert str(citx.NotFoundError("no citizen of that key")) == "no citizen of that key"


def test_an_io_error_has_its_number(tmp_path: object) -> None:
    with pytest.raises(citx.CitxIOError) as caught:
        citx.Policy.read(f"{tmp_path}/absent.toml")
    assert caught.value.errno == 2
    assert "absent.toml" in str(caught.value)
