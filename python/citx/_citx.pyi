"""The extension module: what `citx` re-exports."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from os import PathLike
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias, final, overload

import polars

from citx.typing import (
    By,
    Instant,
    Key,
    Places,
    Record,
    TableInput,
)

__all__ = [
    "AddressList",
    "Audience",
    "Benchmark",
    "BookDiff",
    "CancelToken",
    "Cap",
    "Change",
    "CitxIndex",
    "Column",
    "ColumnLetters",
    "Comparison",
    "ConsentLedger",
    "ConsentProvider",
    "ConsentView",
    "Counted",
    "Decision",
    "DisclosureRule",
    "Drivers",
    "Estimate",
    "Events",
    "Explanation",
    "FactColumns",
    "Instrument",
    "LiveSegments",
    "Membership",
    "MembershipDiff",
    "NumberList",
    "PerceptionPart",
    "Policy",
    "PolicyRule",
    "Population",
    "Representativeness",
    "Rule",
    "SampleSize",
    "Schema",
    "Segment",
    "SegmentBook",
    "Signal",
    "SubjectAccess",
    "SummaryOfApproach",
    "Survey",
    "Table",
    "Test",
    "Trend",
    "TsmRelease",
    "TsmReturn",
    "Weighting",
    "__version__",
    "_consent_record",
    "_fail",
    "_gpp_json",
    "_is_one_click",
    "_kantara_receipt",
    "_main",
    "_one_click_headers",
    "_read_preferences",
    "_screen_calls",
    "_screen_post",
    "_sms_reply",
    "_tcf_json",
    "_with_screening",
    "audit",
    "compare",
    "compare_units",
    "coverage",
    "protect_scores",
    "read_tsm_release",
    "report",
    "response_rates",
    "rolling",
    "run",
    "sample_size",
    "suppress",
    "suppress_linked",
    "trend",
    "uplift",
    "verify_proof",
    "with_totals",
]

# The words below are not importable at runtime: they are for type checkers only.
_IntervalMethod: TypeAlias = Literal[
    "wilson", "logit", "likelihood", "asin", "beta", "agresti_coull", "jeffreys", "clopper_pearson", "t", "normal"
]
_Adjust: TypeAlias = Literal["none", "bonferroni", "holm", "hochberg", "bh", "by"]
_SymmetricMethod: TypeAlias = Literal["t", "normal"]
_DeffReference: TypeAlias = Literal["srswr", "srswor"]
_QuantileRule: TypeAlias = Literal["math", "school", "hf1", "hf2", "hf4", "hf5", "hf6", "hf7", "hf8", "hf9"]
_Dialect: TypeAlias = Literal["duckdb", "postgres", "spark"]
_Scope: TypeAlias = Literal["channel", "purpose", "all"]
_ControllerKind: TypeAlias = Literal[
    "public_authority",
    "housing_association",
    "charity",
    "company",
    "local_government",
    "state_government",
    "federal_government",
    "contractor",
]
_MessageClass: TypeAlias = Literal[
    "emergency",
    "statutory",
    "service",
    "research",
    "public_task_promotion",
    "direct_marketing",
    "mixed",
    "tracking",
    "ad_audience",
    "commercial",
    "transactional",
    "custom",
]
_Basis: TypeAlias = Literal["consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests"]
_Status: TypeAlias = Literal[
    "given",
    "refused",
    "withdrawn",
    "objected",
    "objection_upheld",
    "objection_overridden",
    "restricted",
    "released",
    "renewed",
    "agreed",
    "topic_on",
    "topic_off",
    "bounced",
    "suppressed",
    "disclosed",
    "merged",
    "unmerged",
    "erased",
]

__version__: str

@final
class Table:
    """A result or an input: named columns of equal length. Frozen.

    Any Arrow library takes it as it is: ``pyarrow.table(t)``, ``polars.DataFrame(t)``, without a copy where that library can.

    Examples:
        >>> import citx
        >>> table = citx.Table.from_arrow({"area": ["Fishponds", "Lawrence Hill"], "n": [4, 7]})
        >>> len(table), table.column_names, table["n"].to_pylist()
        (2, ['area', 'n'], [4, 7])
        >>> [row["area"] for row in table]
        ['Fishponds', 'Lawrence Hill']
        >>> table
        Table(2 rows; area, n)
    """

    @staticmethod
    def from_arrow(table: TableInput) -> Table:
        """Take a table in.

        Args:
            table: Any Arrow producer, a dict of columns, or a list of dicts.

        Returns:
            The table.

        Raises:
            InvalidArgumentError: For something that is no table, or malformed Arrow data.
        """

    @staticmethod
    def read(
        path: str | PathLike[str],
        *,
        text: str | Sequence[str] | None = None,
        types: Mapping[str, str] | None = None,
        encoding: str | None = None,
        sheet: str | None = None,
    ) -> Table:
        """Read a ``.csv``, ``.parquet``, ``.arrow`` or ``.xlsx`` file.

        Args:
            path: The file.
            text: Columns that are text whatever they look like.
            types: Types by column: ``text``, ``integer``, ``float``, ``decimal(10, 2)``, ``boolean``, ``date``, ``date:%d/%m/%Y``, ...
            encoding: Encoding of a CSV file; the default is UTF-8.
            sheet: Sheet of a workbook; the default is the first.

        Returns:
            The table.

        Raises:
            CitxIOError: Where the file cannot be read.
            InvalidArgumentError: Naming file, column and row of what is malformed.
        """

    def write_csv(self, path: str | PathLike[str]) -> None:
        """Write CSV: UTF-8, a header line, empty for null, safe against spreadsheet formulas.

        Args:
            path: The file; it is replaced whole or not at all.

        Raises:
            CitxIOError: Where it cannot be written.
        """

    def write_parquet(self, path: str | PathLike[str]) -> None:
        """Write Parquet.

        Args:
            path: The file; it is replaced whole or not at all.

        Raises:
            CitxIOError: Where it cannot be written.
        """

    @property
    def num_rows(self) -> int:
        """How many rows."""

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in order."""

    @property
    def schema(self) -> Schema:
        """Names and types of the columns."""

    def to_pylist(self) -> list[dict[str, Any]]:
        """Return the rows as dicts; instants are aware UTC datetimes, decimals `decimal.Decimal`."""

    def to_pydict(self) -> dict[str, list[Any]]:
        """Return the columns as lists."""

    def to_pyarrow(self) -> Any:
        """Return a `pyarrow.Table`.

        Raises:
            ImportError: Where pyarrow is not installed.
        """

    def to_polars(self) -> polars.DataFrame:
        """Return a `polars.DataFrame`.

        Raises:
            ImportError: Where polars is not installed.
        """

    def to_pandas(self) -> Any:
        """Return a `pandas.DataFrame`.

        Raises:
            ImportError: Where pandas is not installed.
        """

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...
    def __arrow_c_schema__(self) -> Any: ...
    def __len__(self) -> int: ...
    def __getitem__(self, name: str, /) -> Column: ...
    def __contains__(self, name: object, /) -> bool: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Column:
    """One named column. Frozen.

    Examples:
        >>> import citx
        >>> n = citx.Table.from_arrow({"n": [4, None, 7]})["n"]
        >>> n.name, n.type, len(n), list(n), n[-1]
        ('n', 'integer', 3, [4, None, 7], 7)
    """

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def type(self) -> str:
        """Its type, in the words of rules: ``text``, ``integer``, ``date``, ..."""

    def to_pylist(self) -> list[Any]:
        """Return the values as a list."""

    def to_pyarrow(self) -> Any:
        """Return a `pyarrow.Array`.

        Raises:
            ImportError: Where pyarrow is not installed.
        """

    def to_polars(self) -> polars.Series:
        """Return a `polars.Series`.

        Raises:
            ImportError: Where polars is not installed.
        """

    def to_pandas(self) -> Any:
        """Return a `pandas.Series`.

        Raises:
            ImportError: Where pandas is not installed.
        """

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Return a `numpy.ndarray`, as `numpy.asarray` asks for; nulls make it one of objects."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]: ...
    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...
    def __arrow_c_schema__(self) -> Any: ...
    def __len__(self) -> int: ...
    @overload
    def __getitem__(self, index: int, /) -> Any: ...
    @overload
    def __getitem__(self, index: slice, /) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Schema:
    """Names and types of columns: a read-only mapping. The types are the words of rules.

    Examples:
        >>> import citx
        >>> schema = citx.Table.from_arrow({"area": ["Fishponds"], "n": [4]}).schema
        >>> schema["n"], "age" in schema, dict(schema)
        ('integer', False, {'area': 'text', 'n': 'integer'})
    """

    def __new__(cls, types: Mapping[str, str]) -> Schema: ...
    @property
    def names(self) -> list[str]:
        """The names, in order."""

    def keys(self) -> list[str]:
        """Return the names, in order."""

    def values(self) -> list[str]:
        """Return the types, in order."""

    def items(self) -> list[tuple[str, str]]:
        """Return names and types, in order."""

    def get(self, name: str, default: Any = None) -> Any:
        """Return the type of a name.

        Args:
            name: The name.
            default: What to return where there is none.

        Returns:
            The type, or the default.
        """

    def __getitem__(self, name: str, /) -> str: ...
    def __contains__(self, name: object, /) -> bool: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[str]: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class FactColumns:
    """Which columns say what the consent rules and the exports need. Each names a column; what is left out is unknown.

    Args:
        email: E-mail address.
        phone: Phone number, for calls and text messages.
        address: Postal address: one column, or one for each line.
        birth_date: Date of birth.
        deceased: Whether the citizen has died.
        preferred_channel: The channel the citizen asked to be contacted by.
        subscriber_kind: ``individual`` or ``corporate``.
        collected_at: When the contact details were collected.
        collected_how: How they were collected.
        tps_listed_at: Since when the number is on the Telephone Preference Service.
        tps_screened_at: When the number was last screened against it.
        mps_listed: Whether the address is on the Mailing Preference Service.
        safe_contact: A safe-contact instruction: the channels that must not be used, or ``none``.
        language: Language of messages.
        household: What makes a household, such as a UPRN.
        special_category: Columns of special category data.

    Examples:
        >>> import citx
        >>> citx.FactColumns(email="mail", address=["street", "town"])
        FactColumns(email='mail', address=['street', 'town'])
    """

    def __new__(
        cls,
        *,
        email: str | None = None,
        phone: str | None = None,
        address: str | Sequence[str] | None = None,
        birth_date: str | None = None,
        deceased: str | None = None,
        preferred_channel: str | None = None,
        subscriber_kind: str | None = None,
        collected_at: str | None = None,
        collected_how: str | None = None,
        tps_listed_at: str | None = None,
        tps_screened_at: str | None = None,
        mps_listed: str | None = None,
        safe_contact: str | None = None,
        language: str | None = None,
        household: str | None = None,
        special_category: str | Sequence[str] | None = None,
    ) -> FactColumns: ...
    @property
    def email(self) -> str | None:
        """Column of the e-mail address."""

    @property
    def phone(self) -> str | None:
        """Column of the phone number."""

    @property
    def address(self) -> list[str]:
        """Columns of the postal address."""

    @property
    def birth_date(self) -> str | None:
        """Column of the date of birth."""

    @property
    def deceased(self) -> str | None:
        """Column of whether the citizen has died."""

    @property
    def preferred_channel(self) -> str | None:
        """Column of the preferred channel."""

    @property
    def subscriber_kind(self) -> str | None:
        """Column of the kind of subscriber."""

    @property
    def collected_at(self) -> str | None:
        """Column of when the contact details were collected."""

    @property
    def collected_how(self) -> str | None:
        """Column of how they were collected."""

    @property
    def tps_listed_at(self) -> str | None:
        """Column of the listing on the Telephone Preference Service."""

    @property
    def tps_screened_at(self) -> str | None:
        """Column of the last screening."""

    @property
    def mps_listed(self) -> str | None:
        """Column of the listing on the Mailing Preference Service."""

    @property
    def safe_contact(self) -> str | None:
        """Column of the safe-contact instruction."""

    @property
    def language(self) -> str | None:
        """Column of the language."""

    @property
    def household(self) -> str | None:
        """Column of the household."""

    @property
    def special_category(self) -> list[str]:
        """Columns of special category data."""

    def to_dict(self) -> dict[str, str | list[str]]:
        """Return the columns that are set, as keyword arguments."""

    def __getnewargs_ex__(self) -> tuple[tuple[()], dict[str, Any]]: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class Population:
    """Citizens at one moment: a table with unique, non-null keys. Frozen; `upsert` and `with_facts` return new ones.

    Examples:
        >>> import citx
        >>> people = citx.Population.from_arrow({"citizen_id": ["C-17", "C-18"], "opens_90d": [4, None]}, key="citizen_id")
        >>> later = people.upsert({"citizen_id": "C-18", "opens_90d": 1})
        >>> people.row("C-18"), later.row("C-18")
        ({'citizen_id': 'C-18', 'opens_90d': None}, {'citizen_id': 'C-18', 'opens_90d': 1})
        >>> people
        Population(2 citizens, 2 attributes)
    """

    @staticmethod
    def from_arrow(table: TableInput, key: str, *, on_error: Literal["fail", "quarantine"] = "fail") -> Population:
        """Take citizens in.

        Args:
            table: Any Arrow producer, a dict of columns, or a list of dicts.
            key: The column that names each citizen: text or whole numbers, unique, without nulls.
            on_error: ``"quarantine"`` sets rows with a bad key aside in `rejected` instead of failing.

        Returns:
            The population.

        Raises:
            InvalidArgumentError: Naming the rows where a key is null or appears twice; for malformed Arrow data.
            RuleError: Where there is no column of that name.
        """

    @staticmethod
    def read(
        path: str | PathLike[str],
        key: str,
        *,
        types: Mapping[str, str] | None = None,
        encoding: str | None = None,
        on_error: Literal["fail", "quarantine"] = "fail",
        sheet: str | None = None,
    ) -> Population:
        """Read citizens from a ``.csv``, ``.parquet``, ``.arrow`` or ``.xlsx`` file.

        Args:
            path: The file.
            key: The column that names each citizen; in a CSV file it is read as text.
            types: Types by column, such as ``{"dob": "date:%d/%m/%Y"}``.
            encoding: Encoding of a CSV file; the default is UTF-8.
            on_error: ``"quarantine"`` sets bad rows aside in `rejected` instead of failing.
            sheet: Sheet of a workbook; the default is the first.

        Returns:
            The population.

        Raises:
            CitxIOError: Where the file cannot be read.
            InvalidArgumentError: Naming file, column and row of what is malformed.
        """

    def upsert(self, rows: TableInput | Record) -> Population:
        """Write rows into a new snapshot; the old one stays valid.

        Args:
            rows: One dict, a list of dicts, or a table. An absent column keeps its value, None writes null, a new key inserts.

        Returns:
            The new snapshot.

        Raises:
            InvalidArgumentError: For a type that does not fit, or a key that appears twice.
            RuleError: For a column that is not there.
        """

    def draw(
        self,
        n: int,
        *,
        strata: str | None = None,
        allocation: Literal["proportional", "equal", "neyman"] | Mapping[Any, int] | None = None,
        spread: Mapping[Any, float] | None = None,
        one_per: str | None = None,
        seed: int = 0,
    ) -> Table:
        """Draw a simple random sample, within strata where they are named, that anyone can draw again.

        Args:
            n: How many.
            strata: Column of the strata.
            allocation: ``proportional`` to their sizes (the default), ``equal``, ``neyman`` (by size times ``spread``), or stratum to
                number.
            spread: Standard deviation of what is measured in each stratum, for ``neyman``.
            one_per: Column of the household, of which one citizen is drawn.
            seed: What the draws depend on, beside the keys: neither the order of rows nor threads.

        Returns:
            The key column, stratum, unit, probability, weight, stratum_population, stratum_sample; sorted by stratum and key.

        Raises:
            InvalidArgumentError: Naming the row of a stratum or household that is null, or of a household in two strata; for more than
                there are.

        Examples:
            >>> import citx
            >>> people = citx.Population.from_arrow({"id": range(100), "area": ["n", "s"] * 50}, key="id")
            >>> sample = people.draw(10, strata="area", seed=7)
            >>> sample.num_rows, sum(sample["weight"].to_pylist())
            (10, 100.0)
        """

    def with_features(self, features: TableInput) -> Population:
        """Join more columns to the citizens, by key.

        Args:
            features: A table with the population's key column, at most one row for each citizen.

        Returns:
            The same citizens with its other columns; null where a citizen has no row.

        Raises:
            InvalidArgumentError: Naming the row of a key that is null, appears twice or is no citizen's.
            RuleError: Without the key column.
        """

    def with_facts(self, facts: FactColumns) -> Population:
        """Say which columns are facts.

        Args:
            facts: The columns.

        Returns:
            The same citizens, knowing their facts.

        Raises:
            InvalidArgumentError: For a column of a type that cannot be that fact.
            RuleError: For a column that is not there.
        """

    @property
    def facts(self) -> FactColumns | None:
        """Which columns are facts."""

    @property
    def key(self) -> str:
        """The name of the key column."""

    @property
    def schema(self) -> Schema:
        """Names and types of the attributes."""

    @property
    def rejected(self) -> Table:
        """The rows that were set aside, with a reason; empty unless quarantined."""

    def keys(self) -> Column:
        """Return the keys, in their own type."""

    def row(self, key: Key) -> dict[str, Any]:
        """Look one citizen up.

        Args:
            key: The key; 17 is ``"17"``.

        Returns:
            Names and values; instants are aware UTC datetimes.

        Raises:
            NotFoundError: For a key that is not there.
        """

    def to_arrow(self) -> Table:
        """Return all citizens as a table, the types as they came."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...
    def __arrow_c_schema__(self) -> Any: ...
    def __len__(self) -> int: ...
    def __contains__(self, key: object, /) -> bool: ...

@final
class CancelToken:
    """Stops long calls from another thread.

    Examples:
        >>> import citx
        >>> token = citx.CancelToken()
        >>> token.cancel()
        >>> token.cancelled
        True
    """

    def __new__(cls) -> CancelToken: ...
    def cancel(self) -> None:
        """Ask the calls that hold this token to stop; they raise `CancelledError`."""

    @property
    def cancelled(self) -> bool:
        """Whether it was asked."""

@final
class Explanation:
    """Why a rule is true, false or unknown for one record: a tree of its predicates. ``str()`` renders it."""

    @property
    def text(self) -> str:
        """The expression, as canonical text."""

    @property
    def outcome(self) -> bool | None:
        """True, False, or None for unknown."""

    @property
    def values(self) -> dict[str, Any]:
        """The attribute values it read, by name."""

    @property
    def parts(self) -> list[Explanation]:
        """Its parts."""

    def to_dict(self) -> dict[str, Any]:
        """Return the tree as dicts and lists: text, outcome, values, parts."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Rule:
    """One rule, parsed: a SQL boolean expression over a citizen's attributes. Equal where the canonical text is. ``str()`` is that text.

    Args:
        text: The rule.
        name: What errors call it.

    Raises:
        RuleError: For a rule that does not parse, with its line and column.
        LimitError: For one that is too long or too deep.

    Examples:
        >>> import citx
        >>> rule = citx.Rule("((age( dob )>=65)) and ward = 'North'")
        >>> rule.canonical, rule.columns_used
        ("age(dob) >= 65 AND ward = 'North'", ['dob', 'ward'])
        >>> citx.Rule("age(dob) >= 65").to_json()
        '{">=":[{"age":[{"column":"dob"}]},{"integer":65}]}'
        >>> citx.Rule("ward IS NULL").to_sql("duckdb", {"ward": "text"}, as_of="2026-11-22")
        '"ward" IS NULL'
    """

    def __new__(cls, text: str, name: str = "rule") -> Rule: ...
    @staticmethod
    def from_json(text: str, name: str = "rule") -> Rule:
        """Read a rule from its tree as JSON.

        Args:
            text: The JSON, in the form of ``docs/spec/rule.schema.json``.
            name: What errors call it.

        Returns:
            The rule.

        Raises:
            InvalidArgumentError: For text that is not JSON, with line and column.
            RuleError: For JSON that is not a rule, with the path to what is wrong.
        """

    @property
    def name(self) -> str:
        """What errors call it."""

    @property
    def text(self) -> str:
        """The text as given."""

    @property
    def canonical(self) -> str:
        """The text with keywords in upper case, single blanks, and parentheses only where they are needed."""

    @property
    def columns_used(self) -> list[str]:
        """The attributes that it reads itself, sorted."""

    @property
    def segments_used(self) -> list[str]:
        """The segments that it calls with ``in_segment``, sorted."""

    def to_json(self) -> str:
        """Return the tree as JSON, in the form of ``docs/spec/rule.schema.json``."""

    def to_sql(self, dialect: _Dialect, people: Population | Schema | Mapping[str, str], *, as_of: Instant, time_zone: str = "UTC") -> str:
        """Write the rule as a condition to stand behind ``WHERE``.

        Args:
            dialect: The database's SQL.
            people: The citizens, or names and types of their attributes.
            as_of: The instant for which it is asked.
            time_zone: The IANA zone in which days begin.

        Returns:
            The condition.

        Raises:
            InvalidArgumentError: For another dialect.
            RuleError: For an attribute that is not there, or of a type that does not fit.
            CitxError: For what the database cannot say.
        """

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs__(self) -> tuple[str, str]: ...

@final
class Events:
    """What citizens did and what happened to them: kind, instant, and perhaps channel and value of each event. Frozen.

    Examples:
        >>> import citx
        >>> from datetime import date
        >>> rows = {"id": ["C-17", "C-17"], "kind": ["open", "click"], "at": [date(2026, 11, 1), date(2026, 11, 20)]}
        >>> events = citx.Events.from_arrow(rows)
        >>> len(events), events.kinds
        (2, ['click', 'open'])
        >>> people = citx.Population.from_arrow({"citizen_id": ["C-17", "C-18"]}, key="citizen_id")
        >>> book = citx.SegmentBook({"reader": "event_count('open', INTERVAL '90 days') >= 1"})
        >>> book.evaluate(people, as_of="2026-11-22", events=events)["reader"].keys().to_pylist()
        ['C-17']
    """

    @staticmethod
    def from_arrow(
        table: TableInput,
        citizen: str = "id",
        kind: str = "kind",
        at: str = "at",
        channel: str | None = None,
        value: str | None = None,
        *,
        time_zone: str = "UTC",
    ) -> Events:
        """Take events in, in any order.

        Args:
            table: Any Arrow producer, a dict of columns, or a list of dicts: one row for each event.
            citizen: Column of the citizen's key.
            kind: Column of what happened.
            at: Column of when: instants, or dates, which are the midnight that starts them.
            channel: Column of the channel.
            value: Column of a number.
            time_zone: The IANA zone whose midnights dates are.

        Returns:
            The events.

        Raises:
            InvalidArgumentError: For a column of another type, or naming the rows without citizen, kind or instant.
            RuleError: For a column that is not there.
            LimitError: For more than 65,535 kinds or channels.
        """

    @property
    def kinds(self) -> list[str]:
        """The kinds that occur, sorted."""

    def of(self, key: Key) -> list[dict[str, Any]]:
        """Return the events of one citizen.

        Args:
            key: The citizen's key.

        Returns:
            Dicts of kind, at, channel and value: by kind, of one kind from the earliest on; none for a citizen without events.
        """

    def features(
        self,
        people: Population,
        *,
        as_of: Instant,
        windows: Sequence[int],
        kinds: str | Sequence[str] | None = None,
        time_zone: str = "UTC",
        memory_limit: int | None = None,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> Table:
        """Return what citizens did as columns, for `Population.with_features`.

        One row for each citizen of the population, in its order: the key column, and for each kind ``KIND_30d`` for each window (events
        of the last 30 days, as ``event_count('KIND', INTERVAL '30 days')`` of rules), ``last_KIND_at`` and ``first_KIND_at`` (as
        ``last_event`` and ``first_event``; null without one), and if the events have a column of values ``KIND_value_30d`` for each
        window (their sum, rounded once, so that the order of rows changes no bit; null values add nothing). Events after ``as_of`` do not
        count. A kind that is no plain name makes columns that rules name in double quotes: ``"gave up_30d" > 0``. A column that the
        population has is replaced by `Population.with_features`, so features of a later day take the place of the earlier ones.

        Args:
            people: The citizens.
            as_of: The instant; a date is its midnight in ``time_zone``.
            windows: How many days back counts and sums go, each a column of its own.
            kinds: Which kinds, whether they occur or not, so that the columns do not depend on what was read; all that occur if left out.
            time_zone: The IANA zone on whose calendar days are counted.
            memory_limit: Refuse, before it starts, what may take more bytes.
            threads: How many threads; all cores if left out.
            cancel: Stops the call from another thread.
            progress: Called with the share done, from 0 to 1.

        Returns:
            The features.

        Raises:
            InvalidArgumentError: Without windows, for one below 1 day or given twice, a kind given twice, two columns of one name, or one
                named as the key column.
            LimitError: For more than 10,000 columns, beyond ``memory_limit``, or what does not fit the memory there is.
            CancelledError: When cancelled.

        Examples:
            >>> import citx
            >>> from datetime import date
            >>> rows = {"id": ["C-17", "C-17"], "kind": ["open", "open"], "at": [date(2026, 11, 1), date(2026, 1, 1)]}
            >>> people = citx.Population.from_arrow({"citizen_id": ["C-17", "C-18"]}, key="citizen_id")
            >>> features = citx.Events.from_arrow(rows).features(people, as_of="2026-11-22", windows=[30, 365])
            >>> features.column_names
            ['citizen_id', 'open_30d', 'open_365d', 'last_open_at', 'first_open_at']
            >>> people = people.with_features(features)
            >>> book = citx.SegmentBook({"reader": "open_365d >= 2"})
            >>> book.evaluate(people, as_of="2026-11-22")["reader"].keys().to_pylist()
            ['C-17']
        """

    def __len__(self) -> int: ...

@final
class SegmentBook:
    """A set of named rules. A rule is a SQL boolean expression over a citizen's attributes.

    Args:
        segments: Name to rule, or to a dict of ``rule``, ``description``, ``owner`` and ``review_by``.
        places: Name to places, as `with_places` takes them.

    Raises:
        InvalidArgumentError: For a name that is not one.
        RuleError: For a rule that does not parse, with its line and column.

    Examples:
        >>> import citx
        >>> book = citx.SegmentBook({"keen": "opens_90d >= 3", "not_keen": "NOT in_segment('keen')"})
        >>> people = citx.Population.from_arrow({"id": [1, 2, 3], "opens_90d": [4, 0, None]}, key="id")
        >>> membership = book.evaluate(people, as_of="2026-11-22")
        >>> membership.counts()
        {'keen': 1, 'not_keen': 2}
        >>> membership["keen"].keys().to_pylist(), len(~membership["keen"])
        ([1], 2)
        >>> book.match({"opens_90d": 5}, as_of="2026-11-22")
        ['keen']
    """

    def __new__(
        cls, segments: Mapping[str, str | Rule | Mapping[str, Any]], *, places: Mapping[str, Places] | None = None
    ) -> SegmentBook: ...
    @staticmethod
    def read(path: str | PathLike[str]) -> SegmentBook:
        """Read a book from a TOML file: ``name = "rule"``, or a table ``[name]`` with ``rule``, ``description``, ``owner``, ``review_by``.

        Args:
            path: The file.

        Returns:
            The book.

        Raises:
            CitxIOError: Where the file cannot be read.
            InvalidArgumentError: For text that is not such TOML.
            RuleError: For a rule that does not parse.
        """

    @staticmethod
    def parse(text: str) -> SegmentBook:
        """Read a book from TOML text.

        Args:
            text: The text, as in a file of `read`.

        Returns:
            The book.

        Raises:
            InvalidArgumentError: For text that is not such TOML.
            RuleError: For a rule that does not parse.
        """

    @staticmethod
    def from_json(text: str) -> SegmentBook:
        """Read a book from JSON.

        Args:
            text: The JSON, in the form of ``docs/spec/book.schema.json``; a rule is a tree, or text in quotes.

        Returns:
            The book.

        Raises:
            InvalidArgumentError: For text that is not JSON or not such a book, with the path to what is wrong.
            RuleError: For a rule that is not one.
        """

    def to_json(self) -> str:
        """Return the book as JSON, each rule as its tree: ``docs/spec/book.schema.json``."""

    def to_sql(
        self, dialect: _Dialect, people: Population | Schema | Mapping[str, str], *, as_of: Instant, time_zone: str = "UTC"
    ) -> dict[str, str]:
        """Write each segment's rule as a condition to stand behind ``WHERE``; the segments that it calls are written out in it.

        Args:
            dialect: The database's SQL.
            people: The citizens, or names and types of their attributes.
            as_of: The instant for which it is asked.
            time_zone: The IANA zone in which days begin.

        Returns:
            Name to condition, in the book's order.

        Raises:
            InvalidArgumentError: For another dialect.
            RuleError: For an attribute that is not there, or of a type that does not fit.
            CitxError: For what the database cannot say.

        Examples:
            >>> import citx
            >>> book = citx.SegmentBook({"nowhere": "ward IS NULL"})
            >>> book.to_sql("spark", {"ward": "text"}, as_of="2026-11-22")
            {'nowhere': '`ward` IS NULL'}
        """

    def with_places(self, name: str, places: Places, *, lat: str = "lat", lon: str = "lon") -> SegmentBook:
        """Add a set of places, for ``within_m_any(lat, lon, 'name', metres)``; one of that name is replaced.

        Args:
            name: Its name: ``[A-Za-z][A-Za-z0-9_-]{0,63}``.
            places: A table with a column for latitude and one for longitude, in degrees; or pairs of latitude and longitude.
            lat: The table's column of latitudes.
            lon: The table's column of longitudes.

        Returns:
            The book with the places.

        Raises:
            InvalidArgumentError: For a name that is not one, or what is no place.
            RuleError: For a column that is not there.
            CitxError: For a place that is not on earth.

        Examples:
            >>> import citx
            >>> book = citx.SegmentBook({"near_library": "within_m_any(lat, lon, 'libraries', 800)"})
            >>> book = book.with_places("libraries", [(51.5299, -0.1277), (51.5152, -0.0922)])
            >>> book.match({"lat": 51.5160, "lon": -0.0940}, as_of="2026-11-22")
            ['near_library']
        """

    @property
    def places(self) -> dict[str, list[tuple[float, float]]]:
        """Latitude and longitude of every place, by set."""

    @property
    def names(self) -> list[str]:
        """The segments' names, in order."""

    @property
    def definitions(self) -> dict[str, dict[str, str]]:
        """Name to rule, description, owner and review_by, as the constructor takes them."""

    def definition(self, name: str) -> dict[str, str]:
        """Look one segment up.

        Args:
            name: The segment.

        Returns:
            Its rule, and description, owner and review_by where they are known.

        Raises:
            RuleError: For a segment that is not there.
        """

    def due_for_review(self, date: str | date) -> list[str]:
        """Name the segments that were to be looked at again on a day or before.

        Args:
            date: The day.

        Returns:
            Their names, in the book's order.

        Raises:
            InvalidArgumentError: For what is not a date.
        """

    def check(self, people: Population) -> None:
        """Check every rule against the attributes of these people.

        Args:
            people: The citizens.

        Raises:
            RuleError: For an attribute that is not there, or of a type that does not fit.
        """

    def evaluate(
        self,
        people: Population,
        *,
        as_of: Instant,
        time_zone: str = "UTC",
        events: Events | None = None,
        view: ConsentView | None = None,
        exclusive: bool = False,
        memory_limit: int | None = None,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> Membership:
        """Find out who is in which segment. A citizen is a member only where the rule is true: unknown is not.

        Args:
            people: The citizens.
            as_of: The instant for which it is asked; a date is local midnight starting that day.
            time_zone: The IANA zone in which days begin.
            events: For rules with ``event_count``, ``first_event`` and ``last_event``.
            view: For rules with ``may_contact``.
            exclusive: Whether each citizen is in the first segment alone, of those they are in; see `Membership.exclusive`.
            memory_limit: Refuses, before it starts, what may take more bytes; see `memory_needed`.
            threads: At most this many threads; the default is all cores. The answer does not depend on it.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1], now and then and at the end.

        Returns:
            The membership.

        Raises:
            RuleError: For an attribute that is not there, or of a type that does not fit.
            InvalidArgumentError: Where a rule reads events or consent and none were given.
            LimitError: Where it may take more than the memory limit.
            CancelledError: Once cancelled.
        """

    def memory_needed(self, people: Population, *, threads: int | None = None) -> int:
        """Tell at most how many bytes `evaluate` takes, the memberships included and the citizens not.

        Args:
            people: The citizens.
            threads: As `evaluate` is going to be told.

        Returns:
            How many bytes.

        Raises:
            RuleError: For an attribute that is not there, or of a type that does not fit.
        """

    def explain_plan(
        self, people: Population, *, as_of: Instant, time_zone: str = "UTC", events: Events | None = None, view: ConsentView | None = None
    ) -> Table:
        """Tell how `evaluate` would answer the book for these citizens: a row for each column's conditions and for the rest.

        Args:
            people: The citizens.
            as_of: The instant.
            time_zone: The zone in which days begin.
            events: Events that rules read.
            view: The consent that rules ask.

        Returns:
            A table of `reads`, `form` (`compare`, `look up`, `look up patterns`, `look up patterns of coarse codes`, `grid`, `bits`,
            `compute`, `join`), `conditions`, `why`.

        Raises:
            RuleError: For an attribute that is not there, or of a type that does not fit.

        Examples:
            >>> import citx
            >>> people = citx.Population.from_arrow({"id": [1, 2], "clicks": [0, 7]}, key="id")
            >>> book = citx.SegmentBook({"active": "clicks > 5"})
            >>> [row["form"] for row in book.explain_plan(people, as_of="2026-11-22")]
            ['compare', 'join']
        """

    def diff(
        self,
        other: SegmentBook,
        people: Population,
        *,
        as_of: Instant,
        time_zone: str = "UTC",
        events: Events | None = None,
        view: ConsentView | None = None,
        memory_limit: int | None = None,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> BookDiff:
        """Find out who would enter and leave which segment if another book were published in place of this one.

        Args:
            other: The other book.
            people: The citizens.
            as_of: The instant for which it is asked.
            time_zone: The IANA zone in which days begin.
            events: For rules that ask for events.
            view: For rules with ``may_contact``.
            memory_limit: Refuses, before it starts, what may take more bytes.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Returns:
            What it would change.

        Raises:
            RuleError: For an attribute that is not there, or of a type that does not fit.
            CancelledError: Once cancelled.

        Examples:
            >>> import citx
            >>> people = citx.Population.from_arrow({"id": [1, 2, 3]}, key="id")
            >>> old, new = citx.SegmentBook({"late": "id > 1"}), citx.SegmentBook({"late": "id > 2", "all": "TRUE"})
            >>> diff = old.diff(new, people, as_of="2026-11-22")
            >>> diff.added, diff.changed, diff.moves.to_pylist()
            (['all'], ['late'], [{'segment': 'late', 'key': 2, 'change': 'left'}])
        """

    def live(
        self,
        people: Population,
        *,
        as_of: Instant,
        time_zone: str = "UTC",
        events: Events | None = None,
        view: ConsentView | None = None,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> LiveSegments:
        """Evaluate the book, and keep the memberships from then on.

        Args:
            people: The citizens to begin with.
            as_of: The instant to begin at.
            time_zone: The IANA zone in which days begin.
            events: The events so far, for rules that ask for events.
            view: For rules with ``may_contact``.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Returns:
            The live segments.

        Raises:
            RuleError: For an attribute that is not there, or of a type that does not fit.
            CancelledError: Once cancelled.
        """

    def explain(
        self,
        name: str,
        record: Record,
        *,
        as_of: Instant,
        time_zone: str = "UTC",
        events: Events | None = None,
        view: ConsentView | None = None,
        key: str | None = None,
        facts: FactColumns | None = None,
    ) -> Explanation:
        """Explain why one record is in a segment or not.

        Args:
            name: The segment.
            record: Names and values, such as `Population.row` returns.
            as_of: The instant for which it is asked.
            time_zone: The IANA zone in which days begin.
            events: For rules that ask for events.
            view: For rules with ``may_contact``.
            key: The field that is the citizen's key, by which events and consent are looked up; ``citizen_id`` if left out.
            facts: The fields that are facts of consent.

        Returns:
            The tree of its predicates.

        Raises:
            RuleError: For a segment or attribute that is not there.

        Examples:
            >>> import citx
            >>> book = citx.SegmentBook({"keen": "opens_90d >= 3"})
            >>> book.explain("keen", {"opens_90d": None}, as_of="2026-11-22").outcome is None
            True
        """

    def match(
        self,
        record: Record,
        *,
        as_of: Instant,
        time_zone: str = "UTC",
        events: Events | None = None,
        view: ConsentView | None = None,
        key: str | None = None,
        facts: FactColumns | None = None,
    ) -> list[str]:
        """Name the segments that one record is in. No population is needed.

        Args:
            record: Names and values.
            as_of: The instant for which it is asked.
            time_zone: The IANA zone in which days begin.
            events: For rules that ask for events.
            view: For rules with ``may_contact``.
            key: The field that is the citizen's key, by which events and consent are looked up; ``citizen_id`` if left out.
            facts: The fields that are facts of consent.

        Returns:
            The names, in the book's order.

        Raises:
            RuleError: For an attribute that a rule reads and the record lacks; None is not a lack.
        """

    def columns_used(self, name: str) -> list[str]:
        """Name the attributes that a segment reads, through ``in_segment`` too.

        Args:
            name: The segment.

        Returns:
            The attributes, sorted.

        Raises:
            RuleError: For a segment that is not there.
        """

    def __getnewargs_ex__(self) -> tuple[tuple[dict[str, Any]], dict[str, Any]]: ...
    def __len__(self) -> int: ...
    def __contains__(self, name: object, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Membership:
    """Who is in which segment, at one instant. Frozen.

    Examples:
        >>> import citx
        >>> people = citx.Population.from_arrow({"id": [1, 2, 3], "tenure": ["rent", "rent", None]}, key="id")
        >>> book = citx.SegmentBook({"late": "id > 1", "renting": "tenure = 'rent'"})
        >>> membership = book.evaluate(people, as_of="2026-11-22")
        >>> membership.segments_of(2), membership.exclusive().counts()
        (['late', 'renting'], {'late': 2, 'renting': 1})
        >>> membership.overlap().to_pylist()[1]
        {'a': 'late', 'b': 'renting', 'both': 1, 'either': 3, 'jaccard': 0.3333333333333333}
        >>> membership.select("late").crosstab("tenure").to_pylist()[0]
        {'segment': 'late', 'value': 'rent', 'count': 1, 'base': 2, 'share': 0.5}
        >>> membership.explain("renting", 3).outcome is None
        True
    """

    @staticmethod
    def from_roaring(
        segments: Mapping[str, bytes], book: SegmentBook, people: Population, *, as_of: Instant, time_zone: str = "UTC"
    ) -> Membership:
        """Take in a membership that was kept as `Segment.to_roaring` of each segment.

        Args:
            segments: Name to Roaring bytes, one for each segment of the book.
            book: The book that was evaluated.
            people: The citizens, in the order in which they were.
            as_of: The instant for which it was evaluated.
            time_zone: The IANA zone in which days begin.

        Returns:
            The membership.

        Raises:
            CorruptedError: For bytes that are not portable Roaring of 32 bits.
            InvalidArgumentError: For a segment that is missing.
            RuleError: For a segment that the book lacks, or a book that does not fit the citizens.
            CitxError: For a row beyond the population.
        """

    def select(self, names: str | Sequence[str]) -> Membership:
        """Return these segments alone, in this order.

        Args:
            names: Their names.

        Returns:
            The membership of these segments.

        Raises:
            RuleError: For a segment that is not there.
        """

    def exclusive(self) -> Membership:
        """Return each citizen in the first segment alone, of those they are in: the book's order is an order of precedence."""

    def overlap(
        self,
        *,
        memory_limit: int | None = None,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> Table:
        """Count how many members every two segments share.

        Args:
            memory_limit: Refuses, before it starts, what may take more bytes.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Returns:
            a, b, both, either and jaccard, which is both / either, and null where neither has a member: each pair in both orders.

        Raises:
            LimitError: For more than 8,192 segments; `select` some.
            CancelledError: Once cancelled.
        """

    def diff(
        self,
        previous: Membership,
        *,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> MembershipDiff:
        """Find out who entered and who left each segment since an earlier membership. Citizens are compared by key.

        Args:
            previous: The earlier membership; its population may be another.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Returns:
            What has changed.

        Raises:
            CancelledError: Once cancelled.
        """

    def crosstab(
        self,
        column: str,
        *,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> Table:
        """Count how many members each segment has in each group of a column.

        Args:
            column: An attribute; ``segment:NAME`` is a column of who is in that segment.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Returns:
            segment, value, count, base (citizens in the group) and share: every segment with every group, citizens without a value last.

        Raises:
            RuleError: For an attribute or segment that is not there.
            InvalidArgumentError: For a column that is no breakdown.
            LimitError: For too many groups.
            CancelledError: Once cancelled.
        """

    def segments_of(self, key: Key) -> list[str]:
        """Name the segments that one citizen is in.

        Args:
            key: The citizen's key.

        Returns:
            The names, in the book's order.

        Raises:
            NotFoundError: For a key that is not there.
        """

    def explain(self, name: str, key: Key, *, events: Events | None = None, view: ConsentView | None = None) -> Explanation:
        """Explain why one citizen is in a segment or not.

        Args:
            name: The segment.
            key: The citizen's key.
            events: The events that it was evaluated with.
            view: The consent view that it was evaluated with.

        Returns:
            The tree of its predicates.

        Raises:
            RuleError: For a segment that is not there.
            NotFoundError: For a key that is not there.
        """

    @property
    def as_of(self) -> datetime:
        """The instant it was evaluated for."""

    @property
    def book(self) -> SegmentBook:
        """The book whose rules were evaluated."""

    def counts(self) -> dict[str, int]:
        """Return how many members each segment has, in the book's order."""

    @property
    def names(self) -> list[str]:
        """The segments' names, in the book's order."""

    @property
    def population(self) -> Population:
        """The citizens it was evaluated over."""

    def to_arrow(self) -> Table:
        """Return the key and one boolean column for each segment."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...
    def __getitem__(self, name: str, /) -> Segment: ...
    def __contains__(self, name: object, /) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def __len__(self) -> int: ...

@final
class Segment:
    """The members of one segment, or of a combination: ``a & b``, ``a | b``, ``a - b``, ``~a``.

    ``~a`` is "not a member": it includes those for whom the rule is unknown. Iterates over the members' keys.
    """

    @staticmethod
    def from_roaring(
        data: bytes,
        people: Population,
        *,
        as_of: Instant,
        time_zone: str = "UTC",
        name: str = "segment",
        columns_used: str | Sequence[str] | None = None,
    ) -> Segment:
        """Take in the rows of portable Roaring bytes as a segment.

        Args:
            data: The bytes.
            people: The citizens, in the order in which they were.
            as_of: The instant that it is of.
            time_zone: The IANA zone in which days begin.
            name: What to call it.
            columns_used: The attributes that decided who is in it: what makes a selection sensitive is known by them.

        Returns:
            The segment.

        Raises:
            CorruptedError: For bytes that are not portable Roaring of 32 bits.
            RuleError: For an attribute that the citizens do not have.
            CitxError: For a row beyond the population.

        Examples:
            >>> import citx
            >>> people = citx.Population.from_arrow({"id": [1, 2, 3]}, key="id")
            >>> late = citx.SegmentBook({"late": "id > 1"}).evaluate(people, as_of="2026-11-22")["late"]
            >>> again = citx.Segment.from_roaring(late.to_roaring(), people, as_of="2026-11-22", name="late", columns_used="id")
            >>> again.keys() == late.keys(), list(again), 1 in again
            (True, [2, 3], False)
        """

    def to_roaring(self) -> bytes:
        """Return the members as portable Roaring bytes, which Roaring libraries of any language read.

        The numbers in them are rows of the population, from 0, not keys: whoever reads them needs the same citizens in the same order.
        """

    @property
    def name(self) -> str:
        """What it is called; a combination is called by its expression."""

    @property
    def columns_used(self) -> list[str]:
        """The attributes its rules read, sorted."""

    @property
    def population(self) -> Population:
        """The citizens it is a segment of."""

    def keys(self) -> Column:
        """Return the members' keys in population order, in the key's own type."""

    def mask(self) -> Column:
        """Return whether each citizen is a member, in population order, without nulls."""

    def audience(
        self,
        view: ConsentView,
        *,
        purpose: str,
        channels: Sequence[str],
        prefer: Literal["citizen"] | None = "citizen",
        one_per: Literal["household"] | None = None,
        cap: Cap | None = None,
        quiet_hours: tuple[str, str] | None = None,
        holdout: float = 0.0,
        seed: int = 7,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> Audience:
        """Find out which members may be contacted, and why not the others.

        Args:
            view: The consent of everyone, at the instant of the message.
            purpose: The purpose of the message.
            channels: The channels to try, in this order.
            prefer: ``"citizen"`` tries the channel that the citizen prefers first.
            one_per: ``"household"`` sends one message to each household at most.
            cap: How often a citizen may be contacted, beside the policy's own caps.
            quiet_hours: From and to, such as ``("21:00", "08:00")``: hours in which this message waits, on the wall clock of the
                controller's zone, beside the policy's own.
            holdout: The share of those allowed who are held out, in [0, 1), to compare the others with: whoever draws less from the
                first 53 bits of SHA-256 over the seed and 0, 8 bytes each, little-endian, and ``holdout citizen KEY``, over 2^53; with
                one per household, ``holdout household HOUSEHOLD``.
            seed: The seed of that draw.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Returns:
            The audience.

        Raises:
            InvalidArgumentError: Without channels, for one per household without a household fact, for quiet hours that are none, a
                holdout outside [0, 1), or a cap of no contact or no day.
            RuleError: For a channel of the cap that the policy does not know.
            PolicyError: For a cap or quiet hours that no rule of the policy heeds.
            CancelledError: Once cancelled.
        """

    def __and__(self, other: Segment, /) -> Segment: ...
    def __rand__(self, other: Segment, /) -> Segment: ...
    def __or__(self, other: Segment, /) -> Segment: ...
    def __ror__(self, other: Segment, /) -> Segment: ...
    def __sub__(self, other: Segment, /) -> Segment: ...
    def __rsub__(self, other: Segment, /) -> Segment: ...
    def __invert__(self) -> Segment: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __contains__(self, key: object, /) -> bool: ...

@final
class MembershipDiff:
    """What has changed since an earlier membership: iterates over, and exports as Arrow, the rows of `changes`.

    Examples:
        >>> import citx
        >>> book = citx.SegmentBook({"keen": "opens >= 3"})
        >>> people = citx.Population.from_arrow({"id": [1, 2], "opens": [4, 0]}, key="id")
        >>> before = book.evaluate(people, as_of="2026-11-22")
        >>> after = book.evaluate(people.upsert([{"id": 1, "opens": 0}, {"id": 2, "opens": 5}]), as_of="2026-11-22")
        >>> diff = after.diff(before)
        >>> [(row["key"], row["change"]) for row in diff], diff.counts.to_pylist()
        ([(2, 'entered'), (1, 'left')], [{'segment': 'keen', 'before': 1, 'after': 1, 'entered': 1, 'left': 1}])
    """

    @property
    def added(self) -> list[str]:
        """The segments that the earlier membership lacks. Their members are not listed as entering."""

    @property
    def removed(self) -> list[str]:
        """The segments that only the earlier membership has. Their members are not listed as leaving."""

    @property
    def changes(self) -> Table:
        """segment, key and change, which is ``entered`` or ``left``; who is no longer among the citizens has left."""

    @property
    def counts(self) -> Table:
        """segment, before, after, entered and left, for every segment of either; null where one lacks it."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __len__(self) -> int: ...

@final
class BookDiff:
    """What publishing another book would change."""

    @property
    def added(self) -> list[str]:
        """The segments that only the other book has."""

    @property
    def removed(self) -> list[str]:
        """The segments that only this book has."""

    @property
    def changed(self) -> list[str]:
        """The segments of both whose own rule, or the places it names, differ, however they are written."""

    @property
    def moves(self) -> Table:
        """segment, key and change, which is ``entered`` or ``left``."""

    @property
    def counts(self) -> Table:
        """segment, before, after, entered and left of each segment that a change can reach; null where a book lacks it."""

@final
class Change:
    """One citizen who entered or left one segment. Frozen."""

    def __new__(cls, seq: int, segment: str, key: Key, entered: bool) -> Change: ...
    @property
    def seq(self) -> int:
        """Which change it is since the segments went live, from 1."""

    @property
    def segment(self) -> str:
        """The segment's name."""

    @property
    def key(self) -> Any:
        """The citizen's key, in its own type."""

    @property
    def entered(self) -> bool:
        """Whether the citizen is a member now; else one no longer."""

    @property
    def change(self) -> Literal["entered", "left"]:
        """The same in words."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __getnewargs__(self) -> tuple[int, str, Any, bool]: ...

@final
class LiveSegments:
    """Who is in which segment, kept up to date while citizens change, events come in and time moves. Made by `SegmentBook.live`.

    At every moment the memberships are those of `SegmentBook.evaluate` over `population` at `as_of`. Threads may share it: each call is
    done whole before the next.

    Examples:
        >>> import citx
        >>> people = citx.Population.from_arrow({"id": ["C-17"], "dob": ["2009-03-01"], "opens": [0]}, key="id")
        >>> book = citx.SegmentBook({"keen": "opens >= 3", "adult": "age(CAST(dob AS DATE)) >= 18"})
        >>> live = book.live(people, as_of="2026-11-22")
        >>> [(change.segment, change.key, change.change) for change in live.upsert({"id": "C-17", "opens": 4})]
        [('keen', 'C-17', 'entered')]
        >>> live.next_change_at
        datetime.datetime(2027, 3, 1, 0, 0, tzinfo=datetime.timezone.utc)
        >>> live.advance(live.next_change_at)
        [Change(2: entered adult)]
        >>> again = citx.LiveSegments.restore(live.snapshot(), book)
        >>> again.seq, again.counts()
        (2, {'keen': 1, 'adult': 1})
    """

    @staticmethod
    def restore(
        snapshot: bytes,
        book: SegmentBook,
        *,
        view: ConsentView | None = None,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> LiveSegments:
        """Go on from a snapshot with the same book.

        Args:
            snapshot: What `snapshot` returned.
            book: The same book.
            view: For rules with ``may_contact``: it is not part of a snapshot.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Returns:
            The live segments.

        Raises:
            CorruptedError: For bytes that are not a whole snapshot.
            ConflictError: For a snapshot of another book.
            InvalidArgumentError: Where a rule asks for consent and there is no view.
        """

    def upsert(self, rows: TableInput | Record) -> list[Change]:
        """Write citizens, one after the other: several rows may be one citizen's.

        Args:
            rows: One dict, a list of dicts, or a table. An absent column keeps its value, None writes null, a new key inserts.

        Returns:
            Who entered and left which segment, in the order written.

        Raises:
            InvalidArgumentError: For a type that does not fit; nothing is written then.
            RuleError: For a column that is not there; nothing is written then.
        """

    def append(self, event: Mapping[str, Any]) -> list[Change]:
        """Take in one event. It may be late, or of a citizen who is not there yet. The same event again changes nothing.

        Args:
            event: ``citizen`` (or ``id``, as the column is called in `Events.from_arrow`), ``kind`` and ``at``; perhaps ``channel``,
                ``value`` and ``event_id``. Two events are the same if citizen, kind, instant and ``event_id`` are.

        Returns:
            Who entered and left which segment.

        Raises:
            InvalidArgumentError: For what is not an event; nothing changes then.

        Examples:
            >>> import citx, datetime
            >>> people = citx.Population.from_arrow({"id": ["C-17"]}, key="id")
            >>> events = citx.Events.from_arrow([{"id": "C-17", "kind": "open", "at": datetime.date(2026, 11, 1)}])
            >>> book = citx.SegmentBook({"reader": "event_count('open', INTERVAL '90 days') >= 2"})
            >>> live = book.live(people, as_of="2026-11-22", events=events)
            >>> live.append({"citizen": "C-17", "kind": "open", "at": "2026-11-20T09:00:00Z", "event_id": "e-2"})
            [Change(1: entered reader)]
            >>> live.append({"citizen": "C-17", "kind": "open", "at": "2026-11-20T09:00:00Z", "event_id": "e-2"})
            []
        """

    def set_view(
        self,
        view: ConsentView,
        *,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> list[Change]:
        """Take a later consent view: a withdrawal, or a grant.

        Args:
            view: The view.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Returns:
            Who entered and left which segment.

        Raises:
            RuleError: For a purpose or channel that the view's policy does not have; nothing changes then.
            CancelledError: Once cancelled; nothing changes then.
        """

    def advance(self, as_of: Instant) -> list[Change]:
        """Move time forward.

        Args:
            as_of: The instant to move to; a date is local midnight.

        Returns:
            Who entered and left which segment between before and after.

        Raises:
            InvalidArgumentError: For an instant before `as_of`; nothing changes then.
        """

    @property
    def next_change_at(self) -> datetime | None:
        """The next instant at which somebody enters or leaves a segment if nothing but time moves; None if nothing ever will."""

    @property
    def seq(self) -> int:
        """The number of the last change; 0 before the first."""

    @property
    def as_of(self) -> datetime:
        """The instant that the memberships are of."""

    @property
    def names(self) -> list[str]:
        """The segments' names, in the book's order."""

    def counts(self) -> dict[str, int]:
        """Return how many members each segment has, in the book's order."""

    def members(self, name: str) -> Column:
        """Return the keys of a segment's members in population order, in the key's own type.

        Args:
            name: The segment.

        Returns:
            The keys.

        Raises:
            RuleError: For a segment that is not there.
        """

    def membership(self) -> Membership:
        """Return the memberships as they are now."""

    def population(self) -> Population:
        """Return the citizens as they are now."""

    def snapshot(self) -> bytes:
        """Return everything but the consent view as bytes, from which `restore` goes on."""

@final
class PolicyRule:
    """One rule of a policy, as a lawyer reads it."""

    @property
    def id(self) -> str:
        """Its number, such as ``R13``."""

    @property
    def stage(self) -> str:
        """``definition``, ``permission`` or ``timing``."""

    @property
    def guard(self) -> str:
        """The condition, in the rule language."""

    @property
    def outcome(self) -> str:
        """What it does when the guard is true."""

    @property
    def when_unknown(self) -> str:
        """What it does when the guard is unknown."""

    @property
    def reason(self) -> str:
        """The reason, in plain words."""

    @property
    def source(self) -> str:
        """Where it comes from."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Policy:
    """Versioned rule data, made the body's own by its controller and purposes. Frozen; ``with_*`` returns a new one.

    Examples:
        >>> import citx
        >>> policy = citx.Policy.builtin("uk-2026").with_controller(
        ...     name="Anytown Council", kind="public_authority", time_zone="Europe/London"
        ... )
        >>> policy = policy.with_purpose("newsletter", message_class="direct_marketing", basis="consent")
        >>> policy.name, list(policy.purposes)
        ('uk-2026', ['newsletter'])
    """

    @staticmethod
    def builtin(name: str) -> Policy:
        """Load a policy that ships with citx.

        Args:
            name: ``uk-2026``, ``us-local`` or ``dynamics-365``.

        Returns:
            The policy, without controller and purposes.

        Raises:
            RuleError: For another name.
        """

    @staticmethod
    def read(path: str | PathLike[str]) -> Policy:
        """Read a policy from a TOML file.

        Args:
            path: The file.

        Returns:
            The policy.

        Raises:
            CitxIOError: Where the file cannot be read.
            PolicyError: For a policy that cannot be loaded.
        """

    @staticmethod
    def parse(text: str) -> Policy:
        """Read a policy from TOML text.

        Args:
            text: The text, as in a file of `read`.

        Returns:
            The policy.

        Raises:
            PolicyError: For a policy that cannot be loaded.
        """

    def with_controller(self, *, name: str, kind: _ControllerKind, time_zone: str) -> Policy:
        """Say whose policy it is.

        Args:
            name: The body's name.
            kind: What kind of body it is.
            time_zone: The IANA zone in which its days begin.

        Returns:
            The policy of that body.

        Raises:
            InvalidArgumentError: For another kind.
            RuleError: For an unknown zone.
        """

    def with_purpose(
        self,
        name: str,
        *,
        message_class: _MessageClass,
        basis: _Basis,
        justification: Mapping[str, Any] | None = None,
        **constants: Any,
    ) -> Policy:
        """Add a purpose, or replace the one of that name.

        Args:
            name: Its name: ``[A-Za-z][A-Za-z0-9_-]{0,63}``.
            message_class: What kind of message it is.
            basis: The lawful basis relied on.
            justification: For promotion under a public task: task, power, necessity, proportionality, approved_by, review_by.
            **constants: Further constants that the policy's vocabulary lists.

        Returns:
            The policy with the purpose.

        Raises:
            InvalidArgumentError: For a name that is not one, an unknown class or basis.
            RuleError: For an unknown constant.
        """

    @property
    def id(self) -> str:
        """``uk-2026@1.0.0#hash``; the hash covers rules, controller, purposes, quiet hours and caps."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def version(self) -> str:
        """Its version."""

    @property
    def purposes(self) -> dict[str, dict[str, str]]:
        """Its purposes: name to message_class, basis and constants."""

    @property
    def channels(self) -> list[str]:
        """The channels it knows."""

    @property
    def facts(self) -> Schema:
        """The names of the facts a question may carry, with their types."""

    @property
    def rules(self) -> list[PolicyRule]:
        """Its rules, in the order in which they are asked."""

    def with_quiet_hours(
        self,
        start: str,
        end: str,
        *,
        days: Sequence[str] = ...,
        channel_kinds: Sequence[str] = ...,
        message_classes: Sequence[str] = ...,
    ) -> Policy:
        """Add quiet hours, in which permitted messages are deferred.

        Args:
            start: When they begin on the controller's clock, such as ``21:00``.
            end: When they end, on the next day unless it is later; ``24:00`` for the end of the day.
            days: On which they begin, ``monday`` to ``sunday``; empty is every day.
            channel_kinds: The kinds of channel that they hold for; empty is all.
            message_classes: The classes that they hold for; empty is all. Emergency and statutory messages never wait.

        Returns:
            The policy with the quiet hours.

        Raises:
            PolicyError: For a time or day that is none, or an unknown kind or class.

        Examples:
            >>> import citx
            >>> policy = citx.Policy.builtin("uk-2026").with_controller(name="A", kind="charity", time_zone="Europe/London")
            >>> policy = policy.with_purpose("repairs", message_class="service", basis="contract").with_quiet_hours("21:00", "08:00")
            >>> none = {"citizen": [], "status": [], "captured_at": []}
            >>> view = citx.ConsentView.from_events(none, policy=policy, as_of="2026-11-22T23:00:00Z")
            >>> decision = view.decide("C-1", purpose="repairs", channel="email")
            >>> decision.outcome, decision.rule, decision.until.hour
            ('defer', 'R29', 8)
        """

    def with_frequency_cap(
        self, at_most: int, within: str, *, channel_kinds: Sequence[str] = ..., message_classes: Sequence[str] = ...
    ) -> Policy:
        """Add a cap on how often a citizen is contacted, counted from ``disclosed`` events.

        Args:
            at_most: How many messages there may be.
            within: In any stretch of time this long, such as ``7 days``.
            channel_kinds: The kinds of channel whose messages count together; empty is all.
            message_classes: The classes that count together; empty is all.

        Returns:
            The policy with the cap.

        Raises:
            PolicyError: For no message, a time that is none, or an unknown kind or class.
        """

    def explain(self) -> Table:
        """Return its rules as a table, in the order in which they are asked.

        Columns: order, stage, id, guard, outcome, basis, when_unknown, because, reason, condition, source, confidence, reach.
        """

    def check(self) -> Table:
        """Return the rules that can be shown never to decide: rule, finding."""

    def compact(self) -> Table:
        """Return which rules can allow a message, by message class (a row each) and kind of channel (a column each)."""

    def diff(self, other: Policy) -> Table:
        """Return what is different in another policy: what, name, change, field, from, to.

        Args:
            other: The other policy.

        Examples:
            >>> import citx
            >>> policy = citx.Policy.builtin("uk-2026")
            >>> policy.diff(policy.with_purpose("repairs", message_class="service", basis="contract"))["change"].to_pylist()
            ['added']
        """

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Decision:
    """The answer, with its legal reason and evidence. True where contact is allowed."""

    def __new__(
        cls,
        outcome: Literal["allow", "deny", "defer"],
        rule: str,
        permitted_by: str | None,
        basis: str | None,
        reason: str,
        evidence: Sequence[int],
        until: datetime | None,
        policy: str,
    ) -> Decision: ...
    @property
    def allowed(self) -> bool:
        """Whether the outcome is allow."""

    @property
    def outcome(self) -> Literal["allow", "deny", "defer"]:
        """Allow, deny, or not now."""

    @property
    def rule(self) -> str:
        """The rule that decided."""

    @property
    def permitted_by(self) -> str | None:
        """The rule that permitted it, before timing."""

    @property
    def basis(self) -> str | None:
        """The basis relied on when allowed."""

    @property
    def reason(self) -> str:
        """The reason, in plain words."""

    @property
    def evidence(self) -> list[int]:
        """The ids of the events that the deciding rule read."""

    @property
    def until(self) -> datetime | None:
        """The next instant at which the same events and facts give another answer."""

    @property
    def policy(self) -> str:
        """The policy that decided: ``uk-2026@1.0.0#hash``."""

    def to_dict(self) -> dict[str, Any]:
        """Return the decision as a dict."""

    def __bool__(self) -> bool: ...
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...

@final
class ConsentLedger:
    """An append-only, hash-chained ledger of consent events in a file or on a PostgreSQL server. A context manager; threads may share it.

    Examples:
        >>> import citx
        >>> policy = (
        ...     citx.Policy.builtin("uk-2026")
        ...     .with_controller(name="Anytown Council", kind="public_authority", time_zone="Europe/London")
        ...     .with_purpose("newsletter", message_class="direct_marketing", basis="consent")
        ... )
        >>> with citx.ConsentLedger.open(":memory:", policy=policy) as ledger:
        ...     event = ledger.append(citizen="C-17", purpose="newsletter", channel="email", status="given",
        ...                           captured_at="2026-03-01T10:00:00Z", method="web")
        ...     ledger.decide("C-17", purpose="newsletter", channel="email", at="2026-11-22").allowed
        True
    """

    @staticmethod
    def open(path: str | PathLike[str], *, policy: Policy, read_only: bool = False) -> ConsentLedger:
        """Open or create a ledger.

        Args:
            path: The file; ``:memory:`` is a ledger without one, ``postgresql://USER@HOST/DATABASE`` one on a server.
            policy: The policy by which it decides.
            read_only: Refuse to append, and to create.

        Returns:
            The ledger.

        Raises:
            CitxIOError: Where the file cannot be opened.
            CorruptedError: Where the database is behind its head file.
        """

    @staticmethod
    def accept_head(path: str | PathLike[str], *, policy: Policy) -> tuple[int, str]:
        """Accept a database as it is after a backup was restored: the head file is written anew.

        Args:
            path: The file.
            policy: The policy by which it decides.

        Returns:
            The head accepted.

        Raises:
            CorruptedError: Where the chain does not verify.
        """

    def close(self) -> None:
        """Close it; closing twice is closing once."""

    @property
    def closed(self) -> bool:
        """Whether it was closed."""

    @property
    def policy(self) -> Policy:
        """The policy by which it decides."""

    def append(
        self,
        *,
        citizen: Key,
        status: _Status,
        captured_at: Instant,
        purpose: str | None = None,
        channel: str | None = None,
        method: str | None = None,
        contact: str | None = None,
        topic: str | None = None,
        scope: _Scope = "channel",
        notice: str | None = None,
        evidence_ref: str | None = None,
        valid_from: Instant | None = None,
        valid_until: Instant | None = None,
        actor: str | None = None,
        jurisdiction: str | None = None,
        source: str | None = None,
        idempotency_key: str | None = None,
    ) -> int:
        """Append one event; it is durable when this returns.

        Args:
            citizen: Key of the citizen.
            status: What was said: ``given``, ``withdrawn``, ``objected``, ...
            captured_at: When it was said.
            purpose: The purpose it concerns; may be absent where the scope is ``all``.
            channel: The channel it concerns; absent for all channels of the purpose.
            method: How: ``web``, ``phone``, ``paper``, ...
            contact: The contact point it is about, if only one.
            topic: The topic within the purpose.
            scope: How far it reaches.
            notice: The privacy notice under which it was given.
            evidence_ref: Where the evidence lies.
            valid_from: From when it holds; the default is captured_at.
            valid_until: Until when it holds.
            actor: Who acted: ``self``, ``parent``, ``attorney``, or staff.
            jurisdiction: Such as ``GB-ENG``.
            source: The system it came from.
            idempotency_key: Appending twice with one key is appending once.

        Returns:
            The event's id: 1, 2, 3, ...

        Raises:
            InvalidArgumentError: For an event that contradicts itself.
            RuleError: For a purpose or channel that the policy does not have.
            ConflictError: For an idempotency key used with other content.
            CitxIOError: Where it could not be made durable.
        """

    def append_arrow(self, table: TableInput) -> int:
        """Append a table's events in one transaction, all or none.

        Args:
            table: Columns named as the arguments of `append`; citizen, status and captured_at must be there.

        Returns:
            How many were new.

        Raises:
            InvalidArgumentError: Naming column and row.
            RuleError: For a column that is no field, an unknown purpose or channel.
            ConflictError: For an idempotency key used with other content.
        """

    def decide(
        self,
        citizen: Key,
        *,
        purpose: str,
        channel: str,
        at: Instant,
        topic: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Decision:
        """Decide whether a citizen may be contacted at an instant.

        Args:
            citizen: Key of the citizen; one without events is not an error.
            purpose: The purpose of the message; an unknown one is denied.
            channel: The channel of the message; an unknown one is denied.
            at: The instant; a date is local midnight of the controller's zone.
            topic: The topic within the purpose.
            facts: What else is known, by the names of `Policy.facts`.

        Returns:
            The decision.

        Raises:
            RuleError: For a fact that the policy does not know.
            CorruptedError: Where the ledger cannot be trusted: it never decides then.
        """

    def as_of(self, at: Instant, known_at: Instant | None = None) -> ConsentView:
        """Take the consent of everyone at an instant.

        Args:
            at: The instant; a date is local midnight of the controller's zone.
            known_at: Leaves out what the ledger did not yet know then.

        Returns:
            The view.

        Raises:
            CorruptedError: Where the ledger cannot be trusted.
        """

    def history(self, citizen: Key) -> Table:
        """Return a citizen's events in order: id, recorded_at, and the arguments of `append`.

        Args:
            citizen: Key of the citizen.

        Returns:
            One row for each event; none for a citizen without events.
        """

    def events(self) -> Table:
        """Return everyone's events in order, but for those erased: columns as of `history`."""

    def erase(self, citizen: Key) -> int:
        """Erase a citizen: every personal value goes, a suppression mark stays, and the chain still verifies.

        Args:
            citizen: Key of the citizen, who is denied as erased from then on.

        Returns:
            The id of the erasure; where they were erased already, of that one.

        Raises:
            NotFoundError: For a citizen without events.
        """

    def rectify(self, event_id: int, table: TableInput) -> int:
        """Correct an event that was recorded wrongly (Art. 16): it says nothing of anybody any more, and the corrected one is appended.

        Args:
            event_id: The id of the wrong event.
            table: The corrected event: one row, as `append_arrow` takes it.

        Returns:
            The id of the corrected event.

        Raises:
            NotFoundError: For an event that is not there or was erased.
            ConflictError: Where the corrected event is there already.
        """

    def merge(self, citizen: Key, other: Key, *, at: Instant, actor: str | None = None) -> tuple[int, int]:
        """Say that two records are of one person: from then on each counts for both. No event of either changes.

        A refusal of either wins. Consent goes over only with the contact point that it names, under the same notice, where it is newest.

        Args:
            citizen: Key of one record.
            other: Key of the other.
            at: From when on.
            actor: Who found it out.

        Returns:
            The ids of the two events that say so.

        Raises:
            InvalidArgumentError: For a record and itself.
            NotFoundError: Where neither has an event.
        """

    def unmerge(self, citizen: Key, other: Key, *, at: Instant, actor: str | None = None) -> tuple[int, int]:
        """Say that two merged records are of two people after all: from then on each counts for itself.

        Args:
            citizen: Key of one record.
            other: Key of the other.
            at: From when on.
            actor: Who found it out.

        Returns:
            The ids of the two events that say so.

        Raises:
            InvalidArgumentError: For a record and itself.
            NotFoundError: Where neither has an event.
        """

    def subject_access(
        self,
        citizen: Key,
        *,
        at: Instant | None = None,
        people: Population | None = None,
        book: SegmentBook | None = None,
        tables: Mapping[str, tuple[TableInput, str]] | None = None,
    ) -> SubjectAccess:
        """Everything that is held about a citizen (Art. 15): the ledger's events, decisions and recipients, and what is given beside them.

        Args:
            citizen: Key of the citizen.
            at: The instant of the decisions and segments; the default is now.
            people: The population whose attributes of the citizen are shown.
            book: The segments, each with the reason why the citizen is in it or not; they need people.
            tables: More that is held, such as survey answers or the arms of campaigns: a table and its column of keys, by name.

        Returns:
            What is held.

        Examples:
            >>> import citx
            >>> policy = (
            ...     citx.Policy.builtin("uk-2026")
            ...     .with_controller(name="Anytown Council", kind="public_authority", time_zone="Europe/London")
            ...     .with_purpose("newsletter", message_class="direct_marketing", basis="consent")
            ... )
            >>> ledger = citx.ConsentLedger.open(":memory:", policy=policy)
            >>> people = citx.Population.from_arrow({"id": ["C-17"], "email": ["c@example.org"]}, key="id")
            >>> "c@example.org" in ledger.subject_access("C-17", people=people).to_json()
            True
        """

    def receipt(
        self, event_id: int, *, controller: Mapping[str, Any] | None = None, words: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """The receipt of one event, shaped after ISO/IEC TS 27560: what the policy knows of controller and purpose, or what is given.

        Args:
            event_id: The id of the event.
            controller: Who the controller is, as in `citx.records`; given together with words.
            words: What is said of the purpose, as in `citx.records`.

        Returns:
            The receipt.

        Raises:
            NotFoundError: For an event that is not there or was erased.
            InvalidArgumentError: For an event without a purpose.
        """

    def root(self) -> tuple[int, str]:
        """How many events there are, and the root of the Merkle tree over their hashes (RFC 9162) in hex.

        Noted elsewhere, it lets single events be proved later.

        Returns:
            Number of events and root.

        Raises:
            StatisticsError: For a ledger without events.
        """

    def prove(self, event_id: int, size: int) -> str:
        """Prove that an event is among the first so many, for whoever has their root: see `citx.verify_proof`.

        Args:
            event_id: The id of the event.
            size: How many events the noted root is of.

        Returns:
            The proof as JSON, which holds the event's personal values.

        Raises:
            NotFoundError: For an event that is not among them.
        """

    def verify(self) -> int:
        """Recompute every hash and compare the head.

        Returns:
            How many events were verified.

        Raises:
            CorruptedError: Naming the first bad event.
        """

    def head(self) -> tuple[int, str]:
        """Return the last event's number and chain hash in hex: kept elsewhere, it shows a later truncation."""

    def __enter__(self) -> ConsentLedger: ...
    def __exit__(self, *_exception: object) -> None: ...
    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...

@final
class SubjectAccess:
    """Everything that is held about one citizen. Its repr shows sizes only."""

    def to_text(self) -> str:
        """Everything, to read.

        Returns:
            Lines of text.
        """

    def to_json(self) -> str:
        """Everything, as JSON.

        Returns:
            An object with attributes, segments, consent, decisions, recipients and tables.
        """

    def to_portable_json(self) -> str:
        """What the citizen provided, to take along (Art. 20): attributes and what they said about consent.

        Returns:
            A JSON object.
        """

    @property
    def events(self) -> Table:
        """Every event of the citizen and of the records merged with theirs, in order."""

    @property
    def recipients(self) -> Table:
        """The events that say to whom data was handed out."""

@final
class ConsentView:
    """The consent of everyone at one instant. Frozen."""

    @staticmethod
    def from_events(table: TableInput, *, policy: Policy, as_of: Instant) -> ConsentView:
        """Make a view of events from the host's own tables: no second database.

        Args:
            table: Columns named as the arguments of `ConsentLedger.append`; citizen, status and captured_at must be there.
            policy: The policy by which it decides.
            as_of: The instant; events captured later do not count.

        Returns:
            The view. Its evidence is row numbers, from 1.

        Raises:
            InvalidArgumentError: Naming column and row.
            PolicyError: For a policy without a controller.
        """

    @property
    def as_of(self) -> datetime:
        """The instant it stands for."""

    @property
    def policy(self) -> Policy:
        """The policy by which it decides."""

    def decide(
        self,
        citizen: Key,
        *,
        purpose: str,
        channel: str,
        topic: str | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> Decision:
        """Decide whether a citizen may be contacted.

        Args:
            citizen: Key of the citizen; one without events is not an error.
            purpose: The purpose of the message; an unknown one is denied.
            channel: The channel of the message; an unknown one is denied.
            topic: The topic within the purpose.
            facts: What else is known, by the names of `Policy.facts`.

        Returns:
            The decision.

        Raises:
            RuleError: For a fact that the policy does not know.
            InvalidArgumentError: For a fact of another type.
        """

    def bind(
        self,
        people: Population,
        *,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> None:
        """Prepare to decide about everyone: find the citizens who have events, and fold them for every purpose and channel.

        Deciding does it where it was not done before. A view keeps it for the population asked about last.

        Args:
            people: The citizens.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Raises:
            CancelledError: Once cancelled.
        """

    def decide_many(
        self,
        people: Population,
        *,
        purpose: str,
        channel: str,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> Table:
        """Decide for everyone, facts taken from the population's fact columns.

        Args:
            people: The citizens.
            purpose: The purpose of the message.
            channel: The channel of the message.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Returns:
            ``outcome`` (``allow``, ``deny`` or ``defer``) and ``rule`` of each citizen, in population order.

        Raises:
            CancelledError: Once cancelled.
        """

    def mask(
        self,
        people: Population,
        *,
        purpose: str,
        channel: str,
        threads: int | None = None,
        cancel: CancelToken | None = None,
        progress: Callable[[float], object] | None = None,
    ) -> Column:
        """Decide for everyone, facts taken from the population's fact columns.

        Args:
            people: The citizens.
            purpose: The purpose of the message.
            channel: The channel of the message.
            threads: At most this many threads; the default is all cores.
            cancel: Stops the call from another thread.
            progress: Called on this thread with the share done, in [0, 1].

        Returns:
            Whether each citizen may be contacted, in population order, without nulls.

        Raises:
            CancelledError: Once cancelled.
        """

@final
class Cap:
    """At most so many contacts in any stretch of so many days, counted from the contacts that were made.

    The policy's timing rules heed it as the policy's own caps: in ``uk-2026`` emergency, statutory and service messages are exempt. A
    contact counts from its instant until the same time of day so many days later in the controller's zone, which it does not reach any
    more; one after the view's instant does not count. The contacts of a record that was merged with the citizen's count too.

    Args:
        at_most: How many contacts there may be.
        days: In any stretch of so many days.
        contacts: The contacts that were made.
        kinds: The kinds of event that are contacts; the default is all.
        channels: The channels whose contacts count together, and which it holds for; the default is all. A contact without a channel
            counts for each.

    Examples:
        >>> import citx
        >>> from datetime import date
        >>> sent = citx.Events.from_arrow({"id": ["C-17"], "kind": ["sent"], "at": [date(2026, 11, 20)]})
        >>> citx.Cap(3, days=30, contacts=sent, kinds=["sent"])
        Cap(3 in 30 days)
    """

    def __new__(
        cls,
        at_most: int,
        *,
        days: int,
        contacts: Events,
        kinds: str | Sequence[str] | None = None,
        channels: str | Sequence[str] | None = None,
    ) -> Cap: ...

@final
class Audience:
    """The members who may be contacted, each with channel, basis and rule, and the others with reasons."""

    @property
    def allowed(self) -> Table:
        """Key, channel, basis, rule: one row for each citizen who may be contacted, in population order."""

    @property
    def refused(self) -> Table:
        """Key, channel, reason, rule: one row for each channel tried in vain."""

    @property
    def held_out(self) -> Table:
        """Key, channel: one row for each citizen who might be contacted and is held out, in population order."""

    def summary(self) -> Table:
        """Return outcome (allow, deny, defer, held_out), channel, rule, reason and how many."""

    @property
    def expires_at(self) -> datetime | None:
        """When the first of the allowed may not be contacted any more, or only by another rule, though nobody does anything.

        The least ``until`` of the decisions; None if nothing changes within 400 days. From then on the list must not be used.
        """

    def equality(self, by: By | None = None, *, level: float = 0.95, min_base: int = 10) -> Table:
        """Return whom the gate leaves out: the share allowed in each group of the members (Equality Act 2010 s. 149).

        Args:
            by: Columns of the population, each one breakdown; a tuple is crossed.
            level: Level of the intervals.
            min_base: Groups of fewer members are withheld, and others with them as far as they would give these away.

        Returns:
            by, group, members, allowed, share, ci_low, ci_high (Wilson), ratio (to the highest share shown), difference (from all
            other members), difference_ci_low, difference_ci_high (Newcombe), level, suppressed. The first row is everyone; members
            whose value is not known are a group without a name.

        Raises:
            RuleError: For a column that is not there.
            InvalidArgumentError: For a breakdown without a column.
        """

    @property
    def population(self) -> Population:
        """The citizens it was chosen from."""

    @property
    def purpose(self) -> str:
        """The purpose it was made for."""

    def write_notify(
        self,
        directory: str | PathLike[str],
        *,
        personalisation: Mapping[str, str] | None = None,
        prefix: str | None = None,
        system: str | None = None,
    ) -> list[Path]:
        """Write GOV.UK Notify files, one for each channel, split at Notify's row limit.

        The ledger that the view came from records each recipient first, by an event ``disclosed``.

        Args:
            directory: Where to; it is made where absent.
            personalisation: Placeholder to column, such as ``{"name": "first_name"}``.
            prefix: Start of the file names; the default is ``audience``.
            system: Whom it is handed to, for the ledger; the default is ``notify``.

        Returns:
            The files' paths.

        Raises:
            InvalidArgumentError: For a channel that Notify does not have, or without contact facts.
            RuleError: For a column that is not there.
            CitxIOError: Where they cannot be written.
        """

    def write_csv(self, path: str | PathLike[str], *, system: str | None = None) -> None:
        """Write key, channel, contact, basis and rule of everyone who may be contacted as CSV.

        The ledger that the view came from records each of them first, by an event ``disclosed``.

        Args:
            path: The file.
            system: Whom it is handed to, for the ledger; the default is ``csv``.

        Raises:
            CitxIOError: Where it cannot be written.
        """

    def write_customer_match(
        self, path: str | PathLike[str], *, columns: Mapping[str, str] | None = None, system: str | None = None
    ) -> Table:
        """Write the file that Google Customer Match takes: Email, Phone, First Name, Last Name, Country, Zip.

        Addresses and names are trimmed and lower-cased, numbers written in E.164 form, then hashed: SHA-256 in lower-case hex; country and
        postcode are not. Of gmail.com and googlemail.com addresses points and ``+`` suffixes are dropped. A contact point is given only
        where the policy allows one of the audience's channels that use it. The ledger that the view came from records each first.

        Args:
            path: The file.
            columns: Columns of the citizens for ``first_name``, ``last_name``, ``country`` and ``zip``; what is left out stays empty.
            system: Whom it is handed to, for the ledger; the default is ``customer-match``.

        Returns:
            key and reason of those left out: none of their contact points is allowed and valid.

        Raises:
            InvalidArgumentError: For a purpose that is not of the class ``ad_audience``, or another name in `columns`.
            RuleError: For a column that is not there.
            CitxIOError: Where it cannot be written.
        """

    def write_parquet(self, path: str | PathLike[str], *, system: str | None = None) -> None:
        """Write the same as Parquet.

        Args:
            path: The file.
            system: Whom it is handed to, for the ledger; the default is ``parquet``.

        Raises:
            CitxIOError: Where it cannot be written.
        """

    def __len__(self) -> int: ...
    def __bool__(self) -> bool: ...

@final
class Instrument:
    """A published standard's measures, or scales of one's own: which answers count, which are left out, how it is rounded.

    Examples:
        >>> import citx
        >>> citx.Instrument.builtin("tsm-2022").explain()["measure"][0]
        'TP01'
    """

    @staticmethod
    def builtin(name: str) -> Instrument:
        """Load an instrument that ships with citx.

        Args:
            name: ``tsm-2022``.

        Returns:
            The instrument.

        Raises:
            RuleError: For another name.
        """

    @staticmethod
    def read(path: str | PathLike[str]) -> Instrument:
        """Read an instrument of one's own from a TOML file.

        Args:
            path: The file.

        Returns:
            The instrument.

        Raises:
            CitxIOError: Where the file cannot be read.
            InvalidArgumentError: For text that is not an instrument.
        """

    @staticmethod
    def parse(text: str) -> Instrument:
        """Read an instrument of one's own from TOML text.

        Args:
            text: The text, as in a file of `read`.

        Returns:
            The instrument.

        Raises:
            InvalidArgumentError: For text that is not an instrument.
        """

    @staticmethod
    def scale(
        name: str,
        *,
        answers: Sequence[str | float | bool],
        positive: Sequence[str | float | bool] | None = None,
        excluded: Sequence[str | float | bool] | None = None,
        values: Sequence[float] | None = None,
        figure: str = "proportion",
        decimals: int | None = None,
    ) -> Instrument:
        """Make an instrument of one scale, of which every measure is.

        Args:
            name: Its name.
            answers: The answers that count towards the base, as the data write them.
            positive: Those of them that count as positive; for a proportion.
            excluded: Answers left out, such as don't know.
            values: For a mean, the number of each answer; without, the answers are numbers themselves.
            figure: ``proportion`` or ``mean``.
            decimals: Decimals of the published text: 1 for a percentage, 2 for a mean unless said otherwise.

        Returns:
            The instrument.

        Raises:
            InvalidArgumentError: For a scale that contradicts itself.

        Examples:
            >>> import citx
            >>> scale = citx.Instrument.scale("community", answers=[1, 2, 3, 4], positive=[1, 2], excluded=[5])
            >>> survey = citx.Survey.from_arrow({"q1": [1, 2, 4, 5]}, instrument=scale, questions={"place": "q1"})
            >>> survey.score("place").published
            '66.7'
        """

    @staticmethod
    def builtin_names() -> list[str]:
        """Return the names of the instruments that ship with citx."""

    def counted(self, measure: str, periods: Sequence[tuple[float, float]]) -> Counted:
        """Compute a measure of counts, pooled over periods and never averaged.

        Args:
            measure: The measure, such as ``COMPLETION_RATE`` of ``govuk-service``.
            periods: Numerator and denominator of each period.

        Returns:
            The figure.

        Raises:
            RuleError: For a measure that is not there.
            InvalidArgumentError: For counts below 0, or a part that is more than the whole.
            StatisticsError: Where nothing was counted.

        Examples:
            >>> import citx
            >>> service = citx.Instrument.builtin("govuk-service")
            >>> service.counted("COMPLETION_RATE", [(90, 100), (40, 100)]).published
            '65.0'
        """

    @property
    def name(self) -> str:
        """Its name and version."""

    def explain(self) -> Table:
        """Return its measures as a table: what each asks about, its scale, what is left out, who is asked, where it comes from."""

    def benchmark(self, measure: str, estimate: Estimate, *, peer: str, year: str) -> Benchmark:
        """Find out where an estimate stands among its national peers.

        Args:
            measure: The measure, such as ``TP01``.
            estimate: The figure.
            peer: The peer group, such as ``LCRA``.
            year: The year, such as ``2023/24``.

        Returns:
            Quartile and rank.

        Raises:
            NotFoundError: For a measure, peer group or year without figures.
        """

@final
class Benchmark:
    """Where a figure stands among its peers."""

    def __new__(cls, quartile: int, peers: int, quartiles: tuple[float, float, float], rank: int | None) -> Benchmark: ...
    @property
    def quartile(self) -> int:
        """1 (best) to 4."""

    @property
    def peers(self) -> int:
        """How many peers."""

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """Lower quartile, median, upper quartile of the peers, as proportions."""

    @property
    def rank(self) -> int | None:
        """Rank among the peers, 1 being best; None where the peers' own figures are not known."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class SampleSize:
    """The sample a standard requires."""

    def __new__(cls, required: int, exact: float, moe: float) -> SampleSize: ...
    @property
    def required(self) -> int:
        """How many answers are required."""

    @property
    def exact(self) -> float:
        """The same before rounding."""

    @property
    def moe(self) -> float:
        """The margin of error required, as a proportion."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class NumberList:
    """The numbers of the Telephone or Corporate Telephone Preference Service.

    Examples:
        >>> import pathlib, tempfile, citx
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "tps.txt"
        >>> _ = path.write_text("01632 960000")
        >>> citx.NumberList.read(path, released="2026-11-01", policy=citx.Policy.builtin("uk-2026"))
        NumberList(1 numbers of 2026-11-01)
    """

    @staticmethod
    def read(path: str | PathLike[str], *, released: str | date, policy: Policy) -> NumberList:
        """Read a licensee's file: one number in each row.

        Args:
            path: The file.
            released: The day on which the list was released.
            policy: The policy by whose `phone_prefix` numbers are compared.

        Returns:
            The list.

        Raises:
            CitxIOError: For a file that cannot be read.
            InvalidArgumentError: Naming the row of what is no number; for a file without any.
        """

    def __len__(self) -> int: ...

@final
class AddressList:
    """The addresses of the Mailing Preference Service."""

    @staticmethod
    def read(
        path: str | PathLike[str],
        *,
        released: str | date,
        address: str | Sequence[str],
        surname: str | None = None,
        postcode: str | None = None,
    ) -> AddressList:
        """Read a file of addresses.

        Args:
            path: A ``.csv``, ``.parquet``, ``.arrow`` or ``.xlsx`` file.
            released: The day on which the list was released.
            address: The columns of the lines of the address.
            surname: The column of the surname; everybody at the address if absent.
            postcode: The column of the postcode; looked for in the address if absent.

        Returns:
            The list.

        Raises:
            CitxIOError: For a file that cannot be read.
            InvalidArgumentError: For a file without addresses.
        """

    @property
    def unread(self) -> int:
        """How many rows had no postcode, or nothing else of an address, and so match nobody."""

    def __len__(self) -> int: ...

@final
class ConsentProvider:
    """Answers the consent check of Dynamics 365 Customer Insights - Journeys from a view.

    Args:
        view: The consent of everyone.
        mapping: What the identifiers of the tenant mean, as TOML.
        people: Citizens, whose contact points and facts count too.

    Raises:
        InvalidArgumentError: For text that is no mapping.
        RuleError: For a purpose or channel that the view's policy does not have.
    """

    def __new__(cls, view: ConsentView, *, mapping: str, people: Population | None = None) -> ConsentProvider: ...
    @staticmethod
    def read(view: ConsentView, *, mapping: str | PathLike[str], people: Population | None = None) -> ConsentProvider:
        """Make a provider whose mapping is in a file.

        Args:
            view: The consent of everyone.
            mapping: The TOML file.
            people: Citizens, whose contact points and facts count too.

        Returns:
            The provider.

        Raises:
            CitxIOError: For a file that cannot be read.
            InvalidArgumentError: For a file that is no mapping.
        """

    def answer(self, request: str, *, token: Callable[[str], str] | None = None) -> str:
        """Answer a request: JSON in, JSON out.

        Args:
            request: The request.
            token: Gives, for a contact point, the opaque token that ends its unsubscribe addresses.

        Returns:
            For each contact point, whether everybody who uses it may be written to, and the addresses that were asked for.

        Raises:
            InvalidArgumentError: For text that is no request, or an address that cannot be made.
            LimitError: For more than 1,000 contact points or 1 MiB.
        """

@final
class Signal:
    """Whose signal it is, when it came, and where from.

    Its methods give tables of consent events, which ledgers and views take; the signal itself is their ``evidence_ref``.

    Args:
        citizen: Key of the citizen.
        at: When it came.
        channel: The channel that the events are about; all if absent.
        contact: The contact point that they are about, if only one.
        source: The system that it came from.

    Raises:
        InvalidArgumentError: For a key or an instant that is none.

    Examples:
        >>> from citx.signals import Signal
        >>> signal = Signal("C-17", at="2026-03-01T10:00:00Z", channel="sms", contact="+44 161 496 0000")
        >>> signal.sms("Please STOP")["status"].to_pylist()
        ['withdrawn']
        >>> signal.sms("stop by the office")["status"].to_pylist()
        []
    """

    def __new__(
        cls,
        citizen: Key,
        *,
        at: Instant,
        channel: str | None = None,
        contact: str | None = None,
        source: str | None = None,
    ) -> Signal: ...
    def tcf(self, text: str, *, purposes: Mapping[str, int | Sequence[int]], vendor: int | None = None) -> Table:
        """Read what an IAB TCF string of version 2 says of each purpose.

        Args:
            text: The string.
            purposes: For each purpose of yours, the TCF purpose or purposes, 1 to 24, that it needs.
            vendor: A vendor of the global vendor list, whose consent is needed too.

        Returns:
            Events: ``given`` or ``refused`` for each purpose.

        Raises:
            InvalidArgumentError: For text that is no such string.
            LimitError: For a string of version 1.
        """

    def gpp(
        self,
        text: str,
        *,
        sale: str | Sequence[str] = ...,
        sharing: str | Sequence[str] = ...,
        targeted_advertising: str | Sequence[str] = ...,
        refusals: bool = False,
    ) -> tuple[Table, dict[str, Any]]:
        """Read what an IAB GPP string opts out of.

        Args:
            text: The string.
            sale: Purposes of yours that are a sale of personal data.
            sharing: Those that are sharing for advertising across contexts.
            targeted_advertising: Those that are targeted advertising.
            refusals: Events are ``refused`` instead of ``objected``.

        Returns:
            Events for what is opted out of, and the facts that follow: ``gpc`` if any opt-out is known.

        Raises:
            InvalidArgumentError: For text that is no such string.
        """

    def gpc(
        self,
        header: str | None,
        *,
        sale: str | Sequence[str] = ...,
        sharing: str | Sequence[str] = ...,
        targeted_advertising: str | Sequence[str] = ...,
        refusals: bool = False,
    ) -> tuple[Table, dict[str, Any]]:
        """Read the request header ``Sec-GPC``: ``1`` opts out, anything else says nothing.

        Args:
            header: The header's value; ``None`` where it is absent.
            sale: Purposes of yours that are a sale of personal data.
            sharing: Those that are sharing for advertising across contexts.
            targeted_advertising: Those that are targeted advertising.
            refusals: Events are ``refused`` instead of ``objected``.

        Returns:
            Events for what is opted out of, and the facts that follow.
        """

    def one_click(self, address: str, *, purpose: str) -> Table:
        """Read a click on an unsubscribe address (RFC 8058).

        Args:
            address: The address that was posted to; the evidence.
            purpose: The purpose of the message.

        Returns:
            Events: ``withdrawn`` and ``objected``.
        """

    def sms(self, message: str, *, purpose: str | None = None) -> Table:
        """Read an answer to a text message.

        Args:
            message: The answer.
            purpose: The purpose of the message that was answered; absent for all of the channel.

        Returns:
            An event if consent is revoked, by a listed word or in clear language; none where a person has to read it (:func:`sms_reply`).
        """

    def bounces(self, history: Sequence[tuple[Instant, str]]) -> Table:
        """Read the bounces of one contact point.

        Args:
            history: When each message was ``delivered``, or came back ``soft`` or ``hard``, or as a ``complaint``; in any order.

        Returns:
            Events: ``bounced`` until its listing ends, ``suppressed`` for a complaint.

        Raises:
            InvalidArgumentError: Without a channel and a contact point; for another word.
        """

@final
class Survey:
    """Answers with their design: weights, strata, PSUs. Frozen.

    Examples:
        >>> import citx
        >>> survey = citx.Survey.from_arrow({"keen": ["Yes", "No", "Yes", "Yes"], "wt": [1.0, 2.0, 1.0, 1.0]}, weights="wt")
        >>> share = survey.proportion("keen", equals="Yes")
        >>> round(share.value, 3), share.n, share.unit
        (0.6, 4, 'proportion')
    """

    @staticmethod
    def from_arrow(
        table: TableInput,
        *,
        instrument: str | Instrument | None = None,
        questions: Mapping[str, str] | None = None,
        key: str | None = None,
        weights: str | None = None,
        strata: str | None = None,
        psu: str | Sequence[str] | None = None,
        fpc: str | Sequence[str] | None = None,
        frame_size: int | None = None,
        selection: str | None = None,
        mode: str | None = None,
        collected_at: str | None = None,
        lonely_psu: str | None = None,
        base: Literal["answer", "citizen", "household", "home"] | None = None,
        base_key: str | None = None,
    ) -> Survey:
        """Take answers in, one row for each respondent.

        Args:
            table: Any Arrow producer, a dict of columns, or a list of dicts.
            instrument: The instrument whose measures the answers are of, or its name.
            questions: Measure to column; without it, columns named as measures are taken.
            key: Column of the citizen's key.
            weights: Column of the weights.
            strata: Column of the strata.
            psu: Column of the primary sampling units, or one for each stage.
            fpc: Column of the finite population, or one for each stage.
            frame_size: How many there are in the sample frame.
            selection: How the sample was drawn: ``srs``, ``systematic``, ``stratified``, ``quota`` or ``census``.
            mode: Column of the mode of collection.
            collected_at: Column of the date of collection.
            lonely_psu: What to do with a stratum of one PSU: ``fail`` (the default), ``certainty``, ``adjust`` or ``average``.
            base: What one row stands for: ``answer`` (the default), ``citizen``, ``household`` or ``home``. Each figure names it; all but
                answers may be there once only.
            base_key: Column that tells citizens, households or homes apart; without it ``key``.

        Returns:
            The survey.

        Raises:
            InvalidArgumentError: Naming column and row of what is malformed, also of a citizen, household or home that is unknown or
                there twice where it is the base.
            RuleError: For a column or measure that is not there.
            StatisticsError: Without rows.
        """

    @staticmethod
    def from_counts(
        table: TableInput,
        *,
        instrument: str | Instrument,
        unit: str,
        measure: str,
        answer: str,
        count: str,
        frame_size: str | None = None,
        selection: str | None = None,
        base: Literal["answer", "citizen", "household", "home"] | None = None,
    ) -> Survey:
        """Take counts of answers in, one row for each unit, measure and answer.

        Args:
            table: Any Arrow producer, a dict of columns, or a list of dicts.
            instrument: The instrument whose measures are counted, or its name.
            unit: Column of the unit, such as the landlord.
            measure: Column of the measure.
            answer: Column of the answer.
            count: Column of the count.
            frame_size: Column of the size of the sample frame.
            selection: Column of how the sample was drawn: ``srs``, ``systematic``, ``stratified``, ``quota`` or ``census``.
            base: What is counted: ``answer`` (the default), ``citizen``, ``household`` or ``home``. Each figure names it.

        Returns:
            The survey.

        Raises:
            InvalidArgumentError: Naming column and row of what is malformed.
            RuleError: For a column or measure that is not there.
        """

    def with_population(self, people: Population, membership: Membership | None = None) -> Survey:
        """Join each answer with its citizen: ``by=`` then takes the population's columns, and ``segment:NAME``.

        Args:
            people: The citizens; the survey must have been given their key.
            membership: Who is in which segment, over the same citizens.

        Returns:
            The joined survey.

        Raises:
            InvalidArgumentError: Without a key, or for a membership over other citizens.
        """

    def score(
        self,
        measure: str,
        *,
        unit: str | None = None,
        level: float = 0.95,
        min_base: int = 0,
        method: _IntervalMethod = "wilson",
        deff: _DeffReference = "srswr",
    ) -> Estimate:
        """Score one measure.

        Args:
            measure: The measure, such as ``TP01``.
            unit: The unit, where the survey has units.
            level: Level of the interval.
            min_base: Fewer answers than this are suppressed.
            method: Interval of a proportion, on the design's effective sample and its degrees of freedom. ``wilson`` (Wilson 1927),
                ``logit``, ``likelihood`` (Rao-Scott scaled), ``asin``, ``beta`` (Korn and Graubard 1998), ``agresti_coull``, ``jeffreys``,
                ``clopper_pearson``, or ``t`` and ``normal``: the estimate less and plus so many standard errors.
            deff: What the design effect compares with: a simple random sample of the same size with (``srswr``) or without
                (``srswor``) replacement.

        Returns:
            The figure with its uncertainty.

        Raises:
            RuleError: For a measure that is not there.
            NotFoundError: For a unit that is not there.
            StatisticsError: Without answers.
        """

    def scores(
        self,
        by: By | None = None,
        *,
        level: float = 0.95,
        min_base: int = 0,
        method: _IntervalMethod = "wilson",
        deff: _DeffReference = "srswr",
    ) -> Table:
        """Score all measures, overall (or by unit) and by each breakdown.

        Args:
            by: Breakdowns: each item is one, a tuple is crossed.
            level: Level of the intervals.
            min_base: Fewer answers than this are suppressed.
            method: Interval of a proportion, as of `score`.
            deff: What the design effect compares with, as of `score`.

        Returns:
            measure, by, group, value, std_error, ci_low, ci_high, level, df, n, n_eff, deff, moe, unit, published, published_unit, method,
            suppressed, warnings.

        Raises:
            RuleError: For a column or segment that is not there.
        """

    @overload
    def mean(
        self,
        column: str,
        *,
        by: None = None,
        level: float = 0.95,
        min_base: int = 0,
        method: _SymmetricMethod = "t",
        deff: _DeffReference = "srswr",
    ) -> Estimate:
        """Estimate the mean of a numeric column; nulls are left out.

        Args:
            column: The column.
            by: Breakdowns.
            level: Level of the interval.
            min_base: Fewer answers than this are suppressed.
            method: The interval, as of `score`.
            deff: What the design effect compares with, as of `score`.

        Returns:
            An Estimate, or with ``by`` a Table as of `scores`.

        Raises:
            InvalidArgumentError: For a column that is not numeric.
            RuleError: For a column that is not there.
            StatisticsError: Without values.
        """
    @overload
    def mean(
        self,
        column: str,
        *,
        by: By,
        level: float = 0.95,
        min_base: int = 0,
        method: _SymmetricMethod = "t",
        deff: _DeffReference = "srswr",
    ) -> Table: ...
    @overload
    def total(
        self,
        column: str,
        *,
        equals: str | float | bool | None = None,
        by: None = None,
        level: float = 0.95,
        min_base: int = 0,
        method: _SymmetricMethod = "t",
        deff: _DeffReference = "srswr",
    ) -> Estimate:
        """Estimate the population's total of a numeric column, or how many have a value, by the weights' own scale.

        Args:
            column: The column.
            equals: The value that is counted; without it the column's numbers are added up.
            by: Breakdowns.
            level: Level of the interval.
            min_base: Fewer answers than this are suppressed.
            method: The interval, as of `score`.
            deff: What the design effect compares with, as of `score`.

        Returns:
            An Estimate, or with ``by`` a Table as of `scores`.

        Raises:
            InvalidArgumentError: For a column that is not numeric.
            RuleError: For a column that is not there.
            StatisticsError: Without values.
        """
    @overload
    def total(
        self,
        column: str,
        *,
        equals: str | float | bool | None = None,
        by: By,
        level: float = 0.95,
        min_base: int = 0,
        method: _SymmetricMethod = "t",
        deff: _DeffReference = "srswr",
    ) -> Table: ...
    @overload
    def ratio(
        self,
        numerator: str,
        denominator: str,
        *,
        by: None = None,
        level: float = 0.95,
        min_base: int = 0,
        method: _SymmetricMethod = "t",
        deff: _DeffReference = "srswr",
    ) -> Estimate:
        """Estimate the total of one numeric column by that of another.

        Args:
            numerator: The column whose total is divided.
            denominator: The column by whose total.
            by: Breakdowns.
            level: Level of the interval.
            min_base: Fewer answers than this are suppressed.
            method: The interval, as of `score`.
            deff: What the design effect compares with, as of `score`.

        Returns:
            An Estimate, or with ``by`` a Table as of `scores`.

        Raises:
            InvalidArgumentError: For a column that is not numeric.
            RuleError: For a column that is not there.
            StatisticsError: Without values.
        """
    @overload
    def ratio(
        self,
        numerator: str,
        denominator: str,
        *,
        by: By,
        level: float = 0.95,
        min_base: int = 0,
        method: _SymmetricMethod = "t",
        deff: _DeffReference = "srswr",
    ) -> Table: ...
    @overload
    def proportion(
        self,
        column: str,
        *,
        equals: str | float | bool,
        by: None = None,
        level: float = 0.95,
        min_base: int = 0,
        method: _IntervalMethod = "wilson",
        deff: _DeffReference = "srswr",
    ) -> Estimate:
        """Estimate the share whose value is this; nulls are left out.

        Args:
            column: The column.
            equals: The value that is counted.
            by: Breakdowns.
            level: Level of the interval.
            min_base: Fewer answers than this are suppressed.
            method: The interval, as of `score`.
            deff: What the design effect compares with, as of `score`.

        Returns:
            An Estimate, or with ``by`` a Table as of `scores`.

        Raises:
            RuleError: For a column that is not there.
            StatisticsError: Without values.
        """
    @overload
    def proportion(
        self,
        column: str,
        *,
        equals: str | float | bool,
        by: By,
        level: float = 0.95,
        min_base: int = 0,
        method: _IntervalMethod = "wilson",
        deff: _DeffReference = "srswr",
    ) -> Table: ...
    @overload
    def quantile(
        self,
        column: str,
        shares: float,
        *,
        by: None = None,
        rule: _QuantileRule = "math",
        level: float = 0.95,
        min_base: int = 0,
        method: Literal["t", "logit", "beta", "asin"] = "t",
    ) -> Estimate:
        """Estimate quantiles of a numeric column, with Woodruff's interval (1952).

        Args:
            column: The column.
            shares: The share below, such as 0.5 for the median, or several.
            by: Breakdowns.
            rule: How a quantile is read from weighted values: ``math`` (the inverse of the distribution function), ``school``, or Hyndman
                and Fan's types.
            level: Level of the interval.
            min_base: Fewer answers than this are suppressed.
            method: Interval of the share below the quantile.

        Returns:
            An Estimate for one share, a list for several; with ``by`` a Table as of `scores`, whose measure is ``column[share]``.

        Raises:
            InvalidArgumentError: For a column that is not numeric, or a share outside (0, 1).
            RuleError: For a column that is not there.
            StatisticsError: Without values.
        """
    @overload
    def quantile(
        self,
        column: str,
        shares: Sequence[float],
        *,
        by: None = None,
        rule: _QuantileRule = "math",
        level: float = 0.95,
        min_base: int = 0,
        method: Literal["t", "logit", "beta", "asin"] = "t",
    ) -> list[Estimate]: ...
    @overload
    def quantile(
        self,
        column: str,
        shares: float | Sequence[float],
        *,
        by: By,
        rule: _QuantileRule = "math",
        level: float = 0.95,
        min_base: int = 0,
        method: Literal["t", "logit", "beta", "asin"] = "t",
    ) -> Table: ...

    def test(self, column: str, *, by: str | None = None, mean: float | None = None, level: float = 0.95) -> Test:
        """Test whether the means of two groups differ, or a mean from a number, by a design-based t.

        Args:
            column: A numeric column.
            by: The column of the two groups; the first is taken from the second.
            mean: What the mean is compared with, 0 by default.
            level: Level of the interval of the difference.

        Returns:
            The test.

        Raises:
            InvalidArgumentError: For a column that is not numeric, or unless there are two groups.
            StatisticsError: Where the design leaves no degrees of freedom.
        """

    def chi_squared(self, rows: str, columns: str, *, statistic: Literal["F", "Chisq", "Wald", "adjWald"] = "F") -> Test:
        """Test whether two categorical columns are associated (Rao and Scott 1984).

        Args:
            rows: One column.
            columns: The other.
            statistic: ``F`` (second order), ``Chisq`` (first order), ``Wald`` or ``adjWald``.

        Returns:
            The test.

        Raises:
            RuleError: For a column that is not there.
            StatisticsError: For fewer than two values in a column, or too few sampling units.
            LimitError: For more than 400 cells.
        """

    def compare_groups(
        self,
        measure: str,
        by: str | tuple[str, ...],
        *,
        level: float = 0.95,
        adjust: _Adjust | None = None,
        reference: Literal["pairs", "rest", "group"] | None = None,
        group: str | None = None,
        interval: Literal["newcombe", "wald", "agresti_caffo"] | None = None,
        min_base: int = 0,
    ) -> Table:
        """Compare a measure between groups, in one design and corrected for the number of comparisons.

        Args:
            measure: The measure, or a numeric column.
            by: The groups; a tuple is crossed.
            level: Level of the intervals, and of significance.
            adjust: How p values are corrected: Holm's method unless said otherwise.
            reference: Each pair, each group against the rest, or each against one ``group``.
            group: That group.
            interval: Interval of a difference of shares.
            min_base: Groups with fewer answers are left out.

        Returns:
            measure, by, group_a, group_b, value_a, value_b, difference (a less b), std_error, ci_low, ci_high, level, statistic, df,
            p_value, p_adjusted, significant, n_a, n_b, unit, method, adjust, warnings.

        Raises:
            InvalidArgumentError: For fewer than two groups, or a survey of counts (`compare_units`).
            RuleError: For a measure or column that is not there.
        """

    def column_letters(
        self,
        question: str,
        by: str | tuple[str, ...],
        *,
        mode: Literal["dim", "askia", "ctables"] = "dim",
        level: float | None = None,
        strict_level: float | None = None,
        bonferroni: bool | None = None,
        min_base: float | None = None,
        small_base: float | None = None,
    ) -> ColumnLetters:
        """Letter the columns of a table of shares as users of SPSS know it.

        Args:
            question: The measure or column whose answers are the rows.
            by: The columns.
            mode: ``dim`` (pooled, effective bases), ``askia`` (unpooled) or ``ctables``.
            level: Lower-case letters for p below this, 0.05 unless said otherwise.
            strict_level: Upper-case letters for p below this, 0.01 unless said otherwise.
            bonferroni: Whether p values are corrected within a row.
            min_base: Columns below are not tested (``**``).
            small_base: Columns below are flagged (``*``).

        Returns:
            Cells and tests.

        Raises:
            RuleError: For a column that is not there.
        """

    def drivers(
        self,
        outcome: str,
        drivers: Sequence[str] | None = None,
        *,
        missing: Literal["listwise", "pairwise", "indicator"] = "listwise",
        coding: Literal["order", "values"] = "order",
        replicates: int = 200,
        seed: int = 0,
        level: float = 0.95,
    ) -> Drivers:
        """Find what moves a measure: Shapley (LMG) shares of R squared, relative weights and their kin, with bootstrap intervals.

        Args:
            outcome: The measure, or a numeric column.
            drivers: Measures or columns; all other measures without.
            missing: What becomes of don't know, refused and not asked.
            coding: Answers by their order, best highest, or by the measure's values.
            replicates: Bootstrap samples; 0 for no intervals.
            seed: What they are drawn by.
            level: Level of the intervals.

        Returns:
            The drivers.

        Raises:
            StatisticsError: For too few respondents.
            LimitError: For more than 20 drivers.
        """

    def representativeness(self, population: TableInput, *, measure: str | None = None) -> Representativeness:
        """Compare the sample with its population, by characteristic.

        Args:
            population: characteristic, category, and share or count.
            measure: The measure on which the effect of weighting is judged; ``TP01`` unless said otherwise.

        Returns:
            The comparison.

        Raises:
            InvalidArgumentError: For a table without those columns.
            RuleError: For a characteristic that is no column.
        """

    def summary_of_approach(self, approach: Mapping[str, str] | None = None) -> SummaryOfApproach:
        """Say how the survey was done: items a to k of the regulator's survey requirements.

        Args:
            approach: What only people know, by the items' names or letters; the rest comes from the survey.

        Returns:
            The summary; what nobody stated is named as missing.

        Raises:
            InvalidArgumentError: For a name that is no item's.
        """

    def replicated(self, kind: Literal["jk1", "jkn", "bootstrap"], *, replicates: int = 200, seed: int = 0) -> Survey:
        """Take variances from replicates of the survey's own sampling units.

        Args:
            kind: The jackknife without (``jk1``) or within strata (``jkn``), or the ``bootstrap`` of Rao, Wu and Yue (1992).
            replicates: How many bootstrap samples.
            seed: What they are drawn by.

        Returns:
            The same survey with such variances.

        Raises:
            InvalidArgumentError: For ``jk1`` with strata.
            StatisticsError: For a stratum of one unit.
            LimitError: For more than 50 million factors.
        """

    def with_replicate_weights(
        self,
        columns: Sequence[str],
        *,
        kind: Literal["jk1", "jkn", "brr", "fay", "bootstrap", "other"],
        scale: float | None = None,
        rscales: Sequence[float] | None = None,
        rho: float = 0.0,
        factors: bool = False,
        mse: bool = False,
    ) -> Survey:
        """Take variances from replicate weights that came with the data.

        Args:
            columns: Columns of the replicate weights.
            kind: How they were made; it says the scale where none is given.
            scale: What sums of squares are multiplied by; needed for ``jkn`` and ``other``.
            rscales: What each replicate's square is multiplied by.
            rho: Fay's factor.
            factors: Whether the columns are factors of the weights, not weights.
            mse: Whether deviations are from the full estimate, not from the mean of the replicates.

        Returns:
            The same survey with such variances.

        Raises:
            InvalidArgumentError: Naming column and row of a weight that is null or below 0.
            RuleError: For a column that is not there.
        """

    def post_stratify(self, by: str | tuple[str, ...], totals: Mapping[Any, float]) -> Survey:
        """Weight the survey to the total of each category (Holt and Smith 1979).

        Args:
            by: A column, an attribute of the population or ``segment:NAME``; a tuple is crossed.
            totals: Category (a tuple where crossed) to number of citizens; shares where they add up to 1.

        Returns:
            The same survey with new weights; variances are of what the post-strata leave.

        Raises:
            InvalidArgumentError: Naming a category without total, or a total nobody in the sample is of.
        """

    def rake(
        self, margins: Mapping[Any, Mapping[Any, float]], *, tolerance: float = 1e-12, max_iterations: int = 1000
    ) -> Survey:
        """Weight the survey to the totals of several margins (Deming and Stephan 1940).

        Args:
            margins: Name (a tuple where crossed) to totals, as of `post_stratify`.
            tolerance: Largest distance from a target, as a share of the margin's total.
            max_iterations: Rounds before it is given up.

        Returns:
            The same survey with new weights.

        Raises:
            InvalidArgumentError: As `post_stratify`; for margins that add up to different totals.
            StatisticsError: Where the totals cannot be met, naming the margin.

        Examples:
            >>> import citx
            >>> survey = citx.Survey.from_arrow({"age": ["young", "young", "old"], "sex": ["f", "m", "f"]})
            >>> raked = survey.rake({"age": {"young": 60, "old": 40}, "sex": {"f": 80, "m": 20}})
            >>> [round(weight) for weight in raked.weights], round(raked.weighting.deff, 3)
            ([40, 20, 40], 1.08)
        """

    def calibrate(
        self,
        totals: Mapping[Any, float | Mapping[Any, float]],
        *,
        population: float | None = None,
        distance: Literal["linear", "raking", "logit"] = "linear",
        bounds: tuple[float, float] | None = None,
        tolerance: float = 1e-11,
        max_iterations: int = 200,
    ) -> Survey:
        """Weight the survey to categories' and numeric columns' totals (Deville and Sarndal 1992).

        Args:
            totals: Numeric column to its total, categorical column to its totals by category.
            population: How many citizens there are, where no category says so.
            distance: How far weights are from those of before.
            bounds: Least and greatest factor of a weight.
            tolerance: Largest distance of a total from its target, over 1 + the target.
            max_iterations: Steps before it is given up.

        Returns:
            The same survey with new weights.

        Raises:
            InvalidArgumentError: As `post_stratify`, and for bounds that do not hold 1 between them.
            StatisticsError: Where the totals cannot be met.
        """

    def trim(
        self,
        *,
        lower: float | None = None,
        upper: float | None = None,
        of: Literal["weight", "mean", "quantile"] = "weight",
        rule: Literal["redistribute", "strict", "rescale"] = "redistribute",
    ) -> Survey:
        """Cut weights to bounds.

        Args:
            lower: Weights below are raised to this.
            upper: Weights above are cut to this.
            of: What the bounds are: weights, multiples of the mean weight, or quantiles of the weights.
            rule: What becomes of the weight taken away: shared out over the others (as R does; ``strict`` until none is outside), or
                restored by rescaling all (as balance does).

        Returns:
            The same survey with new weights.

        Raises:
            InvalidArgumentError: Without a bound, or where no weight lies within.
        """

    @property
    def weighting(self) -> Weighting | None:
        """How the last weighting went; None for weights as they came."""

    @property
    def weights(self) -> Column:
        """The weight of each respondent, in the order of the answers."""

@final
class Test:
    """A test with what it rests on; what a test has none of is NaN."""

    @property
    def statistic(self) -> float:
        """The statistic: t, F or chi-squared."""

    @property
    def df(self) -> float:
        """Degrees of freedom, of the numerator where there are two."""

    @property
    def df_denominator(self) -> float:
        """Degrees of freedom of the denominator."""

    @property
    def p_value(self) -> float:
        """How likely a statistic as large is where there is no difference or association; two-sided."""

    @property
    def difference(self) -> float:
        """The second group's mean less the first's, or the mean less what it is compared with."""

    @property
    def std_error(self) -> float:
        """Standard error of the difference."""

    @property
    def ci(self) -> tuple[float, float]:
        """Interval of the difference."""

    @property
    def level(self) -> float:
        """The interval's level."""

    @property
    def n(self) -> int:
        """Respondents it rests on."""

    @property
    def groups(self) -> list[str]:
        """The groups compared; the first is taken from the second."""

    @property
    def method(self) -> str:
        """What was computed."""

    @property
    def warnings(self) -> list[str]:
        """As those of an Estimate."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Weighting:
    """How a weighting went."""

    @property
    def method(self) -> str:
        """What was done: ``post-stratification``, ``raking``, ..."""

    @property
    def iterations(self) -> int:
        """Rounds or steps."""

    @property
    def gap(self) -> float:
        """Largest distance from a target: as a share of the margin's total, for calibration over 1 + the total."""

    @property
    def margins(self) -> Table:
        """margin, category, target, before, after."""

    @property
    def n(self) -> int:
        """Respondents with a weight above 0."""

    @property
    def n_eff_before(self) -> float:
        """Kish's effective sample size before."""

    @property
    def n_eff(self) -> float:
        """Kish's effective sample size after."""

    @property
    def deff_before(self) -> float:
        """Kish's design effect of the weights before."""

    @property
    def deff(self) -> float:
        """Kish's design effect of the weights after: n sum(w^2) / sum(w)^2."""

    @property
    def efficiency(self) -> float:
        """Effective over actual sample size, a proportion."""

    @property
    def smallest(self) -> float:
        """Least weight after."""

    @property
    def largest(self) -> float:
        """Greatest weight after."""

    @property
    def factors(self) -> tuple[float, float]:
        """Least and greatest factor of a weight."""

    @property
    def trimmed(self) -> int:
        """How many weights were trimmed."""

@final
class Estimate:
    """A figure with its uncertainty, base, unit and method."""

    @property
    def value(self) -> float:
        """The figure; a share is in [0, 1]."""

    @property
    def std_error(self) -> float:
        """Its design-based standard error."""

    @property
    def ci(self) -> tuple[float, float]:
        """The interval, low and high."""

    @property
    def level(self) -> float:
        """The interval's level, such as 0.95."""

    @property
    def df(self) -> float:
        """Degrees of freedom of the design."""

    @property
    def n(self) -> int:
        """How many answers, citizens, households or homes it rests on, as ``base`` says; unweighted."""

    @property
    def base(self) -> str:
        """What ``n`` counts: ``answer``, ``citizen``, ``household`` or ``home``; empty where that is not known."""

    @property
    def n_eff(self) -> float:
        """Effective sample size."""

    @property
    def deff(self) -> float:
        """Design effect."""

    @property
    def moe(self) -> float:
        """Margin of error: half the interval's width."""

    @property
    def deff_reference(self) -> str:
        """What the design effect compares with: ``srswr`` or ``srswor``."""

    @property
    def standard_moe(self) -> float:
        """The margin of error by the instrument's own formula, beside `moe`; NaN where there is none."""

    @property
    def unit(self) -> str:
        """What the figure is: ``proportion``, ``mean``, ..."""

    @property
    def method(self) -> str:
        """How value and interval were made."""

    @property
    def definition(self) -> str:
        """What an instrument's measure is, in words; empty without one."""

    @property
    def published(self) -> str | None:
        """The standard's own text form, such as ``74.4``, or ``[S]``."""

    @property
    def published_unit(self) -> str | None:
        """Unit of the published text, such as ``percent``."""

    @property
    def warnings(self) -> list[str]:
        """What to keep in mind: ``NonProbabilitySample``, ``SmallBase``, ..."""

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as a dict; the interval is ci_low and ci_high."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class Comparison:
    """Two waves of one measure."""

    @property
    def measure(self) -> str:
        """The measure."""

    @property
    def before(self) -> Estimate:
        """The wave before."""

    @property
    def after(self) -> Estimate:
        """The wave after."""

    @property
    def difference(self) -> float:
        """After less before."""

    @property
    def difference_pp(self) -> float:
        """The difference in percentage points."""

    @property
    def std_error(self) -> float:
        """Standard error of the difference."""

    @property
    def ci(self) -> tuple[float, float]:
        """Interval of the difference."""

    @property
    def level(self) -> float:
        """The interval's level."""

    @property
    def statistic(self) -> float:
        """The statistic: z or t."""

    @property
    def df(self) -> float:
        """Degrees of freedom; infinite for z."""

    @property
    def p_value(self) -> float:
        """Two-sided p value."""

    @property
    def significant(self) -> bool:
        """Whether p is below 1 less the level."""

    @property
    def unit(self) -> str:
        """What the figures are."""

    @property
    def method(self) -> str:
        """How interval and test were made."""

    @property
    def n_before(self) -> int:
        """Base before."""

    @property
    def n_after(self) -> int:
        """Base after."""

    @property
    def n_matched(self) -> int:
        """Respondents of both waves."""

    @property
    def covariance(self) -> float:
        """Covariance of the two estimates."""

    @property
    def changed(self) -> list[str]:
        """What is not the same in both waves."""

    @property
    def warnings(self) -> list[str]:
        """What to keep in mind."""

@final
class ColumnLetters:
    """Which columns of a table of shares differ."""

    @property
    def cells(self) -> Table:
        """answer, group, column, count, n, proportion, letters, flag, base, base_n, base_eff."""

    @property
    def tests(self) -> Table:
        """answer, columns and groups a and b, difference, std_error, statistic, df, p_value, p_adjusted, reason."""

    @property
    def mode(self) -> str:
        """How they were tested."""

@final
class Trend:
    """A measure over waves."""

    @property
    def table(self) -> Table:
        """Each wave with its change on the one before, control limits and signals."""

    @property
    def slope(self) -> float:
        """Change from wave to wave, weighted by precision."""

    @property
    def slope_std_error(self) -> float:
        """Its standard error."""

    @property
    def slope_p(self) -> float:
        """Its p value."""

    @property
    def mann_kendall_s(self) -> int:
        """Mann and Kendall's S."""

    @property
    def tau(self) -> float:
        """Kendall's tau with time."""

    @property
    def mann_kendall_p(self) -> float:
        """Its p value."""

    @property
    def chart(self) -> str:
        """Which control chart: ``p`` or ``xmr``."""

@final
class Drivers:
    """What moves a measure."""

    @property
    def outcome(self) -> str:
        """The measure moved."""

    @property
    def r_squared(self) -> float:
        """Share of its variance that the drivers explain."""

    @property
    def r_squared_ci(self) -> tuple[float, float]:
        """Its interval."""

    @property
    def level(self) -> float:
        """The intervals' level."""

    @property
    def n(self) -> int:
        """Respondents it rests on."""

    @property
    def n_eff(self) -> float:
        """Their effective number."""

    @property
    def n_outcome(self) -> int:
        """Respondents who answered the outcome."""

    @property
    def missing(self) -> str:
        """What became of missing answers."""

    @property
    def coding(self) -> str:
        """How answers were numbered."""

    @property
    def replicates(self) -> int:
        """Bootstrap samples."""

    @property
    def warnings(self) -> list[str]:
        """What to keep in mind."""

    @property
    def table(self) -> Table:
        """One row a driver: rank, lmg with interval and share, relative weights, beta, vif, performance, quadrant, ..."""

@final
class Counted:
    """A figure of counts that were all counted."""

    @property
    def value(self) -> float:
        """The figure."""

    @property
    def numerator(self) -> float:
        """Sum of the numerators."""

    @property
    def denominator(self) -> float:
        """Sum of the denominators."""

    @property
    def published(self) -> str:
        """The standard's own text form."""

    @property
    def published_unit(self) -> str:
        """Its unit."""

    @property
    def is_exactly_1(self) -> bool:
        """Whether the value is exactly 1, which the text may say of one that is not."""

    @property
    def definition(self) -> str:
        """The method in words."""

    @property
    def warnings(self) -> list[str]:
        """What to keep in mind."""

    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]

@final
class DisclosureRule:
    """What a body withholds.

    Examples:
        >>> import citx
        >>> citx.DisclosureRule.builtin("nhs-fft").symbol
        '*'
    """

    @staticmethod
    def builtin(name: str) -> DisclosureRule:
        """Return a rule that ships with citx, such as ``rsh-tsm``.

        Args:
            name: Its name, one of `names`.

        Returns:
            The rule.

        Raises:
            RuleError: For a name that is not there.
        """

    @staticmethod
    def parse(text: str) -> DisclosureRule:
        """Read a rule of one's own from TOML text.

        Args:
            text: The text.

        Returns:
            The rule.

        Raises:
            InvalidArgumentError: Naming the line of what is malformed.
        """

    @staticmethod
    def read(path: str | PathLike[str]) -> DisclosureRule:
        """Read a rule of one's own from a TOML file.

        Args:
            path: The file.

        Returns:
            The rule.

        Raises:
            InvalidArgumentError: Naming the line of what is malformed.
            OSError: Where the file cannot be read.
        """

    @staticmethod
    def names() -> list[str]:
        """Return the names of the rules that ship with citx."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def title(self) -> str:
        """What it is, in words."""

    @property
    def source(self) -> str:
        """Who says so."""

    @property
    def symbol(self) -> str:
        """What stands in place of a figure."""

    @property
    def threshold(self) -> int:
        """Counts below this are withheld."""

def compare(
    before: Survey,
    after: Survey,
    measure: str,
    *,
    unit: str | None = None,
    level: float = 0.95,
    interval: Literal["newcombe", "wald", "agresti_caffo"] | None = None,
    test: Literal["auto", "pooled", "unpooled"] | None = None,
    fpc: bool | None = None,
    overlap: Literal["auto", "none", "matched"] | None = None,
    min_base: int = 0,
) -> Comparison:
    """Compare one measure in two waves.

    Args:
        before: The wave before.
        after: The wave after.
        measure: The measure, or a numeric column.
        unit: The unit, where the surveys have units.
        level: Level of the interval, and of significance.
        interval: Interval of a difference of shares: Newcombe's hybrid score (1998) unless said otherwise.
        test: z of shares by the pooled share or by each wave's own.
        fpc: Whether the finite population counts.
        overlap: Whether respondents of both waves are matched by key.
        min_base: Fewer answers than this are suppressed.

    Returns:
        The comparison.

    Raises:
        RuleError: For a measure that is not there.
        StatisticsError: Without answers.
    """

def compare_units(
    before: Survey,
    after: Survey,
    *,
    measures: Sequence[str] | None = None,
    adjust: _Adjust | None = None,
    level: float = 0.95,
    interval: Literal["newcombe", "wald", "agresti_caffo"] | None = None,
    test: Literal["auto", "pooled", "unpooled"] | None = None,
    fpc: bool | None = None,
    min_base: int = 0,
) -> Table:
    """Compare all units of two surveys of counts, corrected for their number within each measure.

    Args:
        before: The wave before.
        after: The wave after.
        measures: Which measures; all without.
        adjust: How p values are corrected: Benjamini and Hochberg unless said otherwise.
        level: Level of the intervals, and of significance.
        interval: As of `compare`.
        test: As of `compare`.
        fpc: As of `compare`.
        min_base: Fewer answers than this are suppressed.

    Returns:
        measure, unit, before, after, difference, std_error, ci_low, ci_high, level, statistic, p_value, p_adjusted, significant, n_before,
        n_after, method, adjust, warnings.

    Raises:
        InvalidArgumentError: For surveys that are not of counts.
    """

def trend(
    waves: Mapping[str, Survey] | Sequence[tuple[str, Survey]],
    measure: str,
    *,
    adjust: _Adjust | None = None,
    chart: Literal["auto", "p", "xmr"] | None = None,
    level: float = 0.95,
    unit: str | None = None,
    min_base: int = 0,
) -> Trend:
    """Follow a measure over waves, with control limits and tests of trend.

    Args:
        waves: Surveys by their names, in order.
        measure: The measure, or a numeric column.
        adjust: How p values of changes are corrected.
        chart: Which control chart.
        level: Level of the intervals.
        unit: The unit, where the surveys have units.
        min_base: Fewer answers than this are suppressed.

    Returns:
        The trend.

    Raises:
        InvalidArgumentError: For fewer than two waves.
    """

def rolling(
    waves: Mapping[str, Survey] | Sequence[tuple[str, Survey]],
    measure: str,
    *,
    months: int = 12,
    unit: str | None = None,
    level: float = 0.95,
    min_base: int = 0,
) -> Table:
    """Pool a measure's answers over the last months, for each month.

    Args:
        waves: Surveys by their names, with ``collected_at``; or surveys of counts named by month.
        measure: The measure, or a numeric column.
        months: How many months are pooled.
        unit: The unit, where the surveys have units.
        level: Level of the intervals.
        min_base: Fewer answers than this are suppressed.

    Returns:
        month, months, complete, value, std_error, ci_low, ci_high, level, df, n, n_eff, unit, method, suppressed, warnings.

    Raises:
        InvalidArgumentError: For surveys without dates.
    """

def suppress(
    table: TableInput,
    *,
    categories: str | Sequence[str],
    count: str,
    rule: str | DisclosureRule,
    total: str | None = None,
    hierarchies: Mapping[str, str] | None = None,
    figures: Sequence[str] | None = None,
    shares: Mapping[str, str] | None = None,
    width: int = 1,
    percent: float = 0.0,
    knows_primary: bool = False,
    singletons: bool = True,
    floor: int | None = None,
    line_total: int = 0,
) -> Table:
    """Withhold small counts, and what else it takes that they cannot be worked out.

    Args:
        table: A table of counts, one row a cell, with or without rows of totals.
        categories: Columns of the categories.
        count: Column of the counts.
        rule: What is withheld, or its name.
        total: How a total is written in a column of categories.
        hierarchies: Column to the column of its parents.
        figures: Columns of figures withheld with their count.
        shares: Column of a share to the column of its base.
        width: How many values a withheld count must still be able to have beyond one.
        percent: The same as a share of the count.
        knows_primary: Whether a reader knows which counts were small.
        singletons: Whether to protect against the only member of a withheld cell of 1, who knows it, in the lines of that cell.
        floor: The least a withheld count may be, as the reader knows: 1 where the rule shows every 0, else 0, unless given.
        line_total: Counts withheld from one line add up to at least this; the rule's, if that is more.

    Returns:
        The same table with suppressed, shown, flagged, reason; only the categories and ``shown`` are to be published.

    Raises:
        InvalidArgumentError: Naming column and row of what does not add up.
        LimitError: For too many withheld cells.

    Examples:
        >>> import citx
        >>> counts = {"area": ["n", "n", "s", "s"], "sex": ["f", "m", "f", "m"], "n": [3, 40, 25, 31]}
        >>> citx.suppress(counts, categories=["area", "sex"], count="n", rule="uk-tre")["shown"].to_pylist()[0]
        '<10'
    """

def suppress_linked(
    tables: Sequence[TableInput],
    *,
    categories: str | Sequence[str],
    count: str,
    rule: str | DisclosureRule,
    total: str | None = None,
    hierarchies: Mapping[str, str] | None = None,
    figures: Sequence[str] | None = None,
    shares: Mapping[str, str] | None = None,
    width: int = 1,
    percent: float = 0.0,
    knows_primary: bool = False,
    singletons: bool = True,
    floor: int | None = None,
    line_total: int = 0,
) -> list[Table]:
    """Withhold small counts in tables that share cells or totals, so that none gives another away.

    Args:
        tables: Tables of counts; a table may lack some of the categories.
        categories: Columns of the categories.
        count: Column of the counts.
        rule: What is withheld, or its name.
        total: How a total is written in a column of categories.
        hierarchies: Column to the column of its parents.
        figures: Columns of figures withheld with their count.
        shares: Column of a share to the column of its base.
        width: How many values a withheld count must still be able to have beyond one.
        percent: The same as a share of the count.
        knows_primary: Whether a reader knows which counts were small.
        singletons: Whether to protect against the only member of a withheld cell of 1, who knows it, in the lines of that cell.
        floor: The least a withheld count may be, as the reader knows: 1 where the rule shows every 0, else 0, unless given.
        line_total: Counts withheld from one line add up to at least this; the rule's, if that is more.

    Returns:
        The same tables, as `suppress` makes them.

    Raises:
        InvalidArgumentError: Naming column and row of what does not add up.
        LimitError: For too many withheld cells.
    """

def response_rates(
    dispositions: TableInput, *, code: str, count: str | None = None, eligible: float | None = None
) -> Table:
    """Compute the outcome rates of a sample's final dispositions (AAPOR Standard Definitions, 2023).

    Args:
        dispositions: One row a case, or with ``count`` one for so many.
        code: Column of the standard's codes (``1.1``), symbols (``I``, ``P``, ``R``, ``NC``, ``O``, ``UH``, ``UO``, ``NE``) or words.
        count: Column of how many cases a row stands for.
        eligible: Share of unknown cases taken to be eligible; without, that of eligible cases among those known.

    Returns:
        rate (RR1 to RR6, COOP1 to COOP4, REF1 to REF3, CON1 to CON3), value, numerator, denominator, e, formula, source.

    Raises:
        InvalidArgumentError: Naming the row of a code that is none.

    Examples:
        >>> import citx
        >>> rates = citx.response_rates({"code": ["I", "R", "NC"], "n": [50, 20, 30]}, code="code", count="n")
        >>> rates["value"].to_pylist()[0]
        0.5
    """

def coverage(answers: TableInput, *, citizen: str, household: str | None = None) -> Table:
    """Count answers, citizens and households apart, so that each figure can name its base.

    Args:
        answers: One row an answer.
        citizen: Column of the citizen.
        household: Column of the household or home.

    Returns:
        One row: answers; citizens and households with those met more than once and those unknown.

    Raises:
        InvalidArgumentError: Without rows.
    """

def with_totals(
    table: TableInput, *, categories: str | Sequence[str], count: str, total: str | None = None
) -> Table:
    """Add the totals of all margins to a table of counts.

    Args:
        table: A table of counts without totals.
        categories: Columns of the categories.
        count: Column of the counts.
        total: How a total is written in a column of categories.

    Returns:
        The table with rows of totals.

    Raises:
        InvalidArgumentError: Naming the row of a count that is none.
    """

def audit(
    table: TableInput,
    *,
    linked: Sequence[TableInput] | None = None,
    categories: str | Sequence[str],
    count: str,
    rule: str | DisclosureRule | None = None,
    suppressed: str = "suppressed",
    total: str | None = None,
    hierarchies: Mapping[str, str] | None = None,
    width: int = 1,
    percent: float = 0.0,
    knows_primary: bool = False,
    floor: int | None = None,
    max_cells: int = 5000,
) -> Table:
    """Work out what a reader could still recover of each withheld count: its least and greatest value.

    Args:
        table: A table of counts with a column that says what was withheld.
        linked: Other tables that a reader has, which share cells or totals with it.
        categories: Columns of the categories.
        count: Column of the counts, null where withheld and not known here either.
        rule: The rule, which a reader may know.
        suppressed: The column that says what was withheld: ``none``, ``primary`` or ``secondary``.
        total: How a total is written in a column of categories.
        hierarchies: Column to the column of its parents.
        width: As of `suppress`.
        percent: As of `suppress`.
        knows_primary: As of `suppress`.
        floor: As of `suppress`.
        max_cells: More withheld cells than this are refused.

    Returns:
        The categories, count, suppressed, lower, upper (null without limit), recoverable, protected, attained.

    Raises:
        InvalidArgumentError: Naming column and row of what does not add up.
        LimitError: For more than ``max_cells`` withheld cells.
    """

def protect_scores(scores: TableInput, *, rule: str | DisclosureRule, width: int = 1, percent: float = 0.0) -> Table:
    """Withhold scores on small bases, and what else it takes that their bases cannot be worked out.

    Args:
        scores: A table of `Survey.scores`.
        rule: What is withheld, or its name.
        width: As of `suppress`.
        percent: As of `suppress`.

    Returns:
        The same table; withheld rows have null figures and the rule's symbol.

    Raises:
        InvalidArgumentError: For a table that is not of scores.
    """

@final
class PerceptionPart:
    """The perception survey of one tenure, for a `TsmReturn`."""

    def __new__(
        cls,
        tenure: str,
        survey: Survey,
        *,
        unit: str | None = None,
        population: int | None = None,
        achieved: int | None = None,
        selection: str | None = None,
        modes: Mapping[str, int] | None = None,
        filters: Mapping[str, str] | None = None,
        targets: TableInput | None = None,
        household: str | None = None,
        excluded: int | None = None,
        unweighted: Mapping[str, float] | None = None,
        previous_mode: str | None = None,
        approach: Mapping[str, str] | None = None,
    ) -> PerceptionPart:
        """Describe the survey of one tenure.

        Args:
            tenure: ``LCRA``, ``LCHO`` or ``Combined``.
            survey: The answers, already weighted where they are to be, or counts of answers.
            unit: The landlord, in a survey of counts that has several.
            population: The relevant tenant population; without, the size of the survey's frame.
            achieved: How many answered, of a survey of counts.
            selection: How the sample was drawn, of a survey of counts.
            modes: Answers by mode, of a survey of counts.
            filters: Measure to the column of yes and no.
            targets: The population's shares, as of `Survey.representativeness`.
            household: The column of the household, of which one answers.
            excluded: Households left out of the frame in exceptional circumstances.
            unweighted: Respondents by answer to TP01 without weights.
            previous_mode: The predominant method of the year before.
            approach: As of `Survey.summary_of_approach`.
        """

@final
class TsmReturn:
    """A landlord's return: all 22 measures, the sample rule, and what a regulator would ask."""

    def __new__(
        cls,
        parts: Sequence[PerceptionPart],
        *,
        landlord: str,
        year: str,
        management: TableInput | None = None,
        landlord_type: str | None = None,
        benchmark_year: str | None = None,
        lcra_homes: int | None = None,
        lcho_homes: int | None = None,
        level: float = 0.95,
    ) -> TsmReturn:
        """Compute a return.

        Args:
            parts: The survey of each tenure.
            landlord: The landlord.
            year: The reporting year, such as ``2024/25``.
            management: measure, part, tenure, numerator, denominator, symbol of the management figures.
            landlord_type: ``PRP`` or ``LA``, to be ranked among the same.
            benchmark_year: The year of the national figures.
            lcra_homes: Low cost rental homes owned at year end.
            lcho_homes: Low cost home ownership homes owned at year end.
            level: Level of the intervals.

        Raises:
            InvalidArgumentError: For tenures that are none, or figures that cannot be.
        """

    def measures(self) -> Table:
        """Return all measures with published text, bases, both margins of error and national quartile."""

    def samples(self) -> Table:
        """Return the sample rule: required, achieved, margins."""

    def methods(self) -> Table:
        """Return satisfaction by method of collection, where 50 answered by it."""

    def answer_counts(self) -> Table:
        """Return the counts of answers."""

    def management(self) -> Table | None:
        """Return the management figures."""

    def representativeness(self) -> Table:
        """Return the sample beside the population, by category."""

    def characteristics(self) -> Table:
        """Return the same by characteristic."""

    def weighting(self) -> Table:
        """Return the facts of the weights."""

    def summary_of_approach(self) -> Table:
        """Return the summary of approach, items a to k."""

    def summary_markdown(self) -> str:
        """Return the summary of approach as Markdown."""

    def warnings(self) -> Table:
        """Return what a regulator would ask: code, tenure, measure, sentence."""

    def write(self, path: str | PathLike[str]) -> None:
        """Write the return as a workbook.

        Args:
            path: The file, ``.xlsx``.

        Raises:
            CitxIOError: Where the file cannot be written.
        """

@final
class SummaryOfApproach:
    """How a survey was done, items a to k."""

    @property
    def table(self) -> Table:
        """item, name, heading, text, complete."""

    @property
    def missing(self) -> list[str]:
        """What is not stated."""

    def to_markdown(self) -> str:
        """Return the text to publish."""

@final
class Representativeness:
    """A sample beside its population."""

    @property
    def categories(self) -> Table:
        """Each category: shares of sample and population, difference, residual."""

    @property
    def characteristics(self) -> Table:
        """Each characteristic: largest difference, test, effect of weighting."""

@final
class TsmRelease:
    """The regulator's data set of all returns."""

    @property
    def returns(self) -> Table:
        """One row a return."""

    @property
    def counts(self) -> Table:
        """Counts of answers, as `Survey.from_counts` takes them."""

    @property
    def published(self) -> Table:
        """What the regulator published."""

    @property
    def methods(self) -> Table:
        """Answers by method of collection."""

    @property
    def filters(self) -> Table:
        """Answers to filter questions."""

    @property
    def unweighted(self) -> Table:
        """Answers to TP01 without weights."""

    @property
    def management(self) -> Table:
        """The management figures."""

def read_tsm_release(path: str | PathLike[str]) -> TsmRelease:
    """Read the regulator's own workbook of all returns, by the codes of its columns and whatever its year.

    Args:
        path: The file.

    Returns:
        Its tables.

    Raises:
        InvalidArgumentError: For a workbook that is none of theirs.
        CitxIOError: Where the file cannot be read.
    """

@final
class CitxIndex:
    """How each citizen's experience stands: 0 to 100, 50 neutral. Experimental, a construct of citx.

    Examples:
        >>> import citx
        >>> touchpoints = {"id": ["C-17", "C-17"], "at": ["2026-11-01", "2026-10-01"], "kind": ["rating", "complaint"], "value": [5, None]}
        >>> index = citx.CitxIndex(touchpoints, citizen="id", at="at", kind="kind", value="value", as_of="2026-11-01")
        >>> [round(row["citx_index"], 1) for row in index.table]
        [43.9]
    """

    def __new__(
        cls,
        table: TableInput,
        *,
        citizen: str,
        at: str,
        kind: str,
        as_of: Instant,
        value: str | None = None,
        channel: str | None = None,
        service: str | None = None,
        id: str | None = None,
        parameters: str | None = None,
    ) -> CitxIndex:
        """Compute the index of everyone with a touchpoint.

        Args:
            table: Touchpoints, one row each.
            citizen: Column of the citizen's key.
            at: Column of the instant.
            kind: Column of the kind: ``rating``, ``effort``, ``sentiment``, ``complaint``, ``compliment``.
            as_of: Touchpoints after this are not known yet.
            value: Column of the number.
            channel: Column of the channel.
            service: Column of the service.
            id: Column by which a touchpoint that comes twice is counted once.
            parameters: TOML of one's own parameters.

        Raises:
            InvalidArgumentError: Naming column and row of what is malformed.
            RuleError: For a column or kind that is not there.
        """

    @property
    def table(self) -> Table:
        """The citizen's key, citx_index, touchpoints, weight, last_at: what `Population.with_features` takes."""

    def explain(self, citizen: Key) -> Table:
        """Show what moved one citizen's index.

        Args:
            citizen: The citizen's key.

        Returns:
            at, kind, channel, service, value, weight, contribution; contributions and 50 add up to the index.

        Raises:
            NotFoundError: For a citizen without touchpoints.
        """

    def means(
        self,
        by: str | Sequence[str] | None = None,
        *,
        people: Population | None = None,
        segment: Segment | None = None,
        level: float = 0.95,
    ) -> Table:
        """Average the index over citizens, overall and by channel or service.

        Args:
            by: ``channel``, ``service`` or both.
            people: The citizens of the segment.
            segment: Only its members.
            level: Level of the intervals.

        Returns:
            by, group, value, std_error, ci_low, ci_high, level, n, unit, method, warnings.

        Raises:
            InvalidArgumentError: For another breakdown.
        """

def run(
    path: str | PathLike[str],
    *,
    as_of: Instant,
    threads: int | None = None,
    cancel: CancelToken | None = None,
    progress: Callable[[float], object] | None = None,
) -> dict[str, Any]:
    """Run a project file: read, evaluate, decide, estimate, write.

    Args:
        path: The project file, such as ``citx.toml``; the paths in it are relative to it.
        as_of: The instant for which it is run; a date is local midnight of the controller's zone. ``"now"`` reads the clock.
        threads: At most this many threads; the default is all cores.
        cancel: Stops the call from another thread.
        progress: Called on this thread with the share done, in [0, 1].

    Returns:
        What it found and wrote: as_of, folder, files, report, headlines, citizens, segments, consent, audiences, survey, uplifts.

    Raises:
        CitxError: What reading, evaluating, deciding, estimating and writing can end with; nothing half written is left.
    """

def report(
    *,
    path: str | PathLike[str],
    title: str = "Citizen experience",
    membership: Membership | None = None,
    book: SegmentBook | None = None,
    audiences: Sequence[Audience] | Mapping[str, Audience] | None = None,
    survey: Survey | None = None,
    by: By | None = None,
    notices: Sequence[str] | None = None,
) -> Path:
    """Write one self-contained HTML page of what was found.

    Args:
        path: The file.
        title: The page's title.
        membership: How many are in each segment.
        book: The segments' rules, to show beside them.
        audiences: Who may be contacted and why not the others, by name; in a list each is called by its purpose.
        survey: The scores of all measures.
        by: Breakdowns of the scores.
        notices: Notices on top, such as that records are generated.

    Returns:
        The file.

    Raises:
        CitxIOError: Where it cannot be written.

    Examples:
        >>> import citx, tempfile
        >>> people = citx.Population.from_arrow({"id": [1, 2], "opens": [3, 0]}, key="id")
        >>> membership = citx.SegmentBook({"keen": "opens > 0"}).evaluate(people, as_of="2026-11-22")
        >>> page = citx.report(membership=membership, path=tempfile.mkdtemp() + "/report.html")
        >>> "keen" in page.read_text()
        True
    """

def _consent_record(
    events: TableInput,
    purpose: str,
    controller: Mapping[str, Any],
    words: Mapping[str, Any],
    processing: Mapping[str, Any] | None,
    event_id: int | None,
) -> str: ...
def _kantara_receipt(events: TableInput, event_id: int, controller: Mapping[str, Any], words: Mapping[str, Any]) -> str: ...
def _read_preferences(path: str | PathLike[str], mapping: str | PathLike[str], at: Instant | None, time_zone: str) -> Table: ...
def _screen_calls(people: Population, tps: NumberList, ctps: NumberList, previous: TableInput | None, policy: Policy) -> Table: ...
def _screen_post(
    people: Population, mps: AddressList, address: str | Sequence[str] | None, surname: str | None, postcode: str | None
) -> Table: ...
def _with_screening(people: Population, screening: TableInput) -> Population: ...
def _gpp_json(text: str) -> str:
    """Read all sections of an IAB GPP string, as JSON; :func:`citx.signals.read_gpp` gives them as a dict."""

def _is_one_click(content_type: str, body: bytes) -> bool:
    """Tell whether a POST to an unsubscribe address is a click on it (RFC 8058).

    Args:
        content_type: The request's ``Content-Type``.
        body: Its body.

    Returns:
        Whether the body has the pair ``List-Unsubscribe=One-Click``.
    """

def _one_click_headers(base: str, token: str, *, mailto: str | None = None) -> dict[str, str]:
    """Build the headers by which one click unsubscribes (RFC 8058).

    Args:
        base: An ``https:`` address, to which the token is appended.
        token: An opaque token of your own for one recipient and list: letters, digits, ``-``, ``_``, ``.`` and ``~``.
        mailto: An e-mail address that unsubscribes too.

    Returns:
        The values of ``List-Unsubscribe`` and ``List-Unsubscribe-Post``.

    Raises:
        InvalidArgumentError: For anything that has no place in an address.

    Examples:
        >>> from citx.signals import one_click_headers
        >>> one_click_headers("https://anytown.example/u/", "Jx7Qm2")["List-Unsubscribe"]
        '<https://anytown.example/u/Jx7Qm2>'
    """

def sample_size(*, instrument: str | Instrument, population: int, form: Literal["plain", "cochran"] | None = None) -> SampleSize:
    """Compute the sample that a standard requires of a population.

    Args:
        instrument: The instrument, or its name.
        population: How many there are.
        form: ``"plain"``, n0 / (1 + n0 / N), or ``"cochran"``, n0 / (1 + (n0 - 1) / N) (Cochran 1977, section 4.4); None for the
            standard's own.

    Returns:
        The required sample.

    Raises:
        InvalidArgumentError: For a population of 0.
        LimitError: For an instrument that requires no sample.

    Examples:
        >>> import citx
        >>> citx.sample_size(instrument="tsm-2022", population=7271).required
        555
    """

def _sms_reply(message: str) -> str:
    """Tell what an answer to a text message is: ``revoked``, ``revoked_all``, ``help``, ``unclear`` (for a person to read) or ``other``.

    Args:
        message: The answer.

    Examples:
        >>> from citx.signals import sms_reply
        >>> sms_reply("don't stop")
        'unclear'
    """

def _tcf_json(text: str) -> str:
    """Read all fields of an IAB TCF string, as JSON; :func:`citx.signals.read_tcf` gives them as a dict."""

def verify_proof(proof: str, size: int, root: str) -> int:
    """Check a proof of inclusion, without the ledger, against a root that was noted.

    Args:
        proof: What `ConsentLedger.prove` gave.
        size: The size that was noted.
        root: The root that was noted.

    Returns:
        The id of the event that it proves.

    Raises:
        CorruptedError: Where it does not prove its event for this root.
        InvalidArgumentError: For what is no proof or no root.
    """

def uplift(
    table: TableInput,
    *,
    arm: str,
    outcome: str,
    control: str,
    cluster: str | None = None,
    by: str | None = None,
    level: float = 0.95,
) -> Table:
    """Estimate what each arm of a randomised campaign changed against the control.

    Args:
        table: Any Arrow producer, a dict of columns, or a list of dicts: one row for each citizen.
        arm: Column of the arm.
        outcome: Column of the outcome: boolean, a number, or yes / no text.
        control: The arm that was left alone.
        cluster: Column of what was randomised, such as the household.
        by: Column to break down by.
        level: Level of the intervals.

    Returns:
        arm, effect, std_error, ci_low, ci_high, n, ...

    Raises:
        InvalidArgumentError: Naming column and row of what is malformed.
        RuleError: For a column that is not there.
        NotFoundError: For a control arm that is not there.
        StatisticsError: Where there is too little to compare.

    Examples:
        >>> import citx
        >>> rows = {"arm": ["letter", "letter", "control", "control"] * 10, "voted": [1, 1, 1, 0] * 10}
        >>> citx.uplift(rows, arm="arm", outcome="voted", control="control")["effect"][0]
        0.5
    """

def _fail(code: int) -> None: ...
def _main(arguments: Sequence[str]) -> int: ...
