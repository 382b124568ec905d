"""An embeddable engine for citizen experience.

Whom does this concern (segments), may we contact them and how (consent), how do they feel about the service (satisfaction), did it change
anything (engagement): each answer shows its working.
"""

from collections.abc import Mapping as _Mapping

from citx._citx import (
    Audience,
    Benchmark,
    CancelToken,
    Column,
    ConsentLedger,
    ConsentView,
    Decision,
    Estimate,
    Explanation,
    FactColumns,
    Instrument,
    Membership,
    Policy,
    PolicyRule,
    Population,
    SampleSize,
    Schema,
    Segment,
    SegmentBook,
    Survey,
    Table,
    __version__,
    sample_size,
    uplift,
)
from citx.exceptions import (
    CancelledError,
    CitxError,
    CitxIOError,
    ConflictError,
    CorruptedError,
    InternalError,
    InvalidArgumentError,
    LimitError,
    NotFoundError,
    PolicyError,
    RuleError,
    StatisticsError,
)

__all__ = [
    "Audience",
    "Benchmark",
    "CancelToken",
    "CancelledError",
    "CitxError",
    "CitxIOError",
    "Column",
    "ConflictError",
    "ConsentLedger",
    "ConsentView",
    "CorruptedError",
    "Decision",
    "Estimate",
    "Explanation",
    "FactColumns",
    "Instrument",
    "InternalError",
    "InvalidArgumentError",
    "LimitError",
    "Membership",
    "NotFoundError",
    "Policy",
    "PolicyError",
    "PolicyRule",
    "Population",
    "RuleError",
    "SampleSize",
    "Schema",
    "Segment",
    "SegmentBook",
    "StatisticsError",
    "Survey",
    "Table",
    "__version__",
    "sample_size",
    "uplift",
]

_Mapping.register(Schema)
