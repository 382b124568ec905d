"""The exceptions of citx.

Every error is a :class:`CitxError` with a stable ``kind`` and numeric ``code``, the same in every language. Messages name files, columns
and rows, never a value: personal data does not leave through an error.
"""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = [
    "CancelledError",
    "CitxError",
    "CitxIOError",
    "ConflictError",
    "CorruptedError",
    "InternalError",
    "InvalidArgumentError",
    "LimitError",
    "NotFoundError",
    "PolicyError",
    "RuleError",
    "StatisticsError",
]


class CitxError(Exception):
    """What every error of citx is.

    Attributes:
        kind: The kind of error, such as ``"InvalidArgument"``.
        code: Its number, the same in every language.
    """

    _kind: ClassVar[str] = "Panic"
    _code: ClassVar[int] = 99
    kind: str
    code: int

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.kind = self._kind
        self.code = self._code

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""

    def __reduce__(self) -> tuple[Any, ...]:
        return (type(self), self.args, self.__dict__)


class InvalidArgumentError(CitxError, ValueError):
    """An argument that can never be right, or a number outside its range."""

    _kind = "InvalidArgument"
    _code = 10


class RuleError(CitxError, ValueError):
    """A rule that does not parse, whose types do not fit, or that names something unknown.

    Attributes:
        line: Line in the rule's text, from 1; None where the error is not within a rule.
        column: Column in code points, from 1, or None.
        span: Start and end in bytes of the rule's text, or None.
    """

    _kind = "RuleSyntax"
    _code = 20
    line: int | None = None
    column: int | None = None
    span: tuple[int, int] | None = None


class NotFoundError(CitxError, KeyError):
    """Something asked for by key that is not there."""

    _kind = "NotFound"
    _code = 30


class ConflictError(CitxError):
    """Something that is there already with other content, or is in use elsewhere."""

    _kind = "Conflict"
    _code = 31


class PolicyError(CitxError, ValueError):
    """A policy that cannot be loaded. A deny is an answer, never an error."""

    _kind = "PolicyInvalid"
    _code = 40


class StatisticsError(CitxError, ArithmeticError):
    """A figure that cannot be given: too few observations, no convergence, or suppressed."""

    _kind = "InsufficientData"
    _code = 50


class CitxIOError(CitxError, OSError):
    """The operating system refused, or a file is of a version that is not read. ``errno`` is set where the system gave one."""

    _kind = "Io"
    _code = 60


class CorruptedError(CitxError):
    """Stored data that was damaged or tampered with."""

    _kind = "Corrupted"
    _code = 61


class LimitError(CitxError):
    """Input beyond a stated limit, or something that this version does not do."""

    _kind = "LimitExceeded"
    _code = 70


class CancelledError(CitxError):
    """The caller cancelled the call."""

    _kind = "Cancelled"
    _code = 71


class InternalError(CitxError, RuntimeError):
    """A bug in citx, stopped before it could do harm."""


_BY_CODE: dict[int, type[CitxError]] = {
    10: InvalidArgumentError,
    11: InvalidArgumentError,
    20: RuleError,
    21: RuleError,
    22: RuleError,
    30: NotFoundError,
    31: ConflictError,
    32: ConflictError,
    40: PolicyError,
    41: PolicyError,
    50: StatisticsError,
    51: StatisticsError,
    52: StatisticsError,
    60: CitxIOError,
    61: CorruptedError,
    62: CitxIOError,
    70: LimitError,
    71: CancelledError,
    72: LimitError,
    99: InternalError,
}


def _from_code(
    code: int, kind: str, message: str, rule: tuple[int, int, tuple[int, int]] | None = None, errno: int | None = None
) -> CitxError:
    """Make the exception of an error of the core."""
    error = _BY_CODE.get(code, CitxError)(message)
    error.code = code
    error.kind = kind
    if rule is not None and isinstance(error, RuleError):
        error.line, error.column, error.span = rule
    if errno is not None and isinstance(error, OSError):
        error.errno = errno
    return error
