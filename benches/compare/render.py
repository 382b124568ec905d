"""A rule's tree as each engine writes it. Geo is `within_m` for citx, and for the others the cheapest form there is without a spatial index: a dot product over
unit vectors in the columns `ux`, `uy`, `uz`, made when the table is loaded and so not timed."""

import math
from datetime import date, datetime
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_

EARTH_KM = 6371.0088
SQL_OPERATORS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
OPERATORS = {"eq": eq, "ne": ne, "lt": lt, "le": le, "gt": gt, "ge": ge}


def leaves(tree):
    if tree["op"] in ("and", "or"):
        for arg in tree["args"]:
            yield from leaves(arg)
    elif tree["op"] == "not":
        yield from leaves(tree["arg"])
    else:
        yield tree


def columns(rules):
    """The columns that the rules read, in order."""
    read = set()
    for tree in rules.values():
        for leaf in leaves(tree):
            read |= {"lat", "lon"} if leaf["op"] == "geo" else {leaf["col"]}
    return sorted(read)


def unit_vector(lat, lon):
    lat, lon = math.radians(lat), math.radians(lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)


def _literal(value):
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S}'"
    if isinstance(value, date):
        return f"DATE '{value}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return repr(value)


def _within_m(leaf):
    return f"within_m(lat, lon, {leaf['lat']!r}, {leaf['lon']!r}, {leaf['km'] * 1000!r})"


def _dot_product(leaf):
    x, y, z = unit_vector(leaf["lat"], leaf["lon"])
    return f"(ux * {x!r} + uy * ({y!r}) + uz * {z!r} >= {math.cos(leaf['km'] / EARTH_KM)!r})"


def citx(tree):
    """The rule in citx's language."""
    return _sql(tree, _within_m)


def sql(tree):
    """The rule as DuckDB and DataFusion read it."""
    return _sql(tree, _dot_product)


def _sql(tree, geo):
    op = tree["op"]
    if op in ("and", "or"):
        return "(" + f" {op.upper()} ".join(_sql(arg, geo) for arg in tree["args"]) + ")"
    if op == "not":
        return f"(NOT {_sql(tree['arg'], geo)})"
    if op == "geo":
        return geo(tree)
    column = tree["col"]
    match op:
        case "is_true":
            return column
        case "is_null":
            return f"({column} IS NULL)"
        case "is_not_null":
            return f"({column} IS NOT NULL)"
        case "in":
            return f"({column} IN ({', '.join(_literal(value) for value in tree['values'])}))"
        case "range":
            return f"({column} >= {_literal(tree['lo'])} AND {column} < {_literal(tree['hi'])})"
        case "like_prefix":
            return f"({column} LIKE {_literal(tree['value'] + '%')})"
        case "like_infix":
            return f"({column} LIKE {_literal('%' + tree['value'] + '%')})"
        case "starts_with" | "contains":
            return f"{op}({column}, {_literal(tree['value'])})"
        case "lower_eq":
            return f"(lower({column}) = {_literal(tree['value'])})"
        case "length_ge":
            return f"(length({column}) >= {tree['value']})"
        case _:
            return f"({column} {SQL_OPERATORS[op]} {_literal(tree['value'])})"


def polars(tree):
    """The rule as a Polars expression, each predicate in the form that Polars runs fastest."""
    import polars as pl

    op = tree["op"]
    if op in ("and", "or"):
        return reduce(and_ if op == "and" else or_, (polars(arg) for arg in tree["args"]))
    if op == "not":
        return ~polars(tree["arg"])
    if op == "geo":
        x, y, z = unit_vector(tree["lat"], tree["lon"])
        return pl.col("ux") * x + pl.col("uy") * y + pl.col("uz") * z >= math.cos(tree["km"] / EARTH_KM)
    column = pl.col(tree["col"])
    match op:
        case "is_true":
            return column
        case "is_null":
            return column.is_null()
        case "is_not_null":
            return column.is_not_null()
        case "in":
            return column.is_in(tree["values"])
        case "range":
            return column.is_between(tree["lo"], tree["hi"], closed="left")
        case "like_prefix" | "starts_with":
            return column.str.starts_with(tree["value"])
        case "like_infix" | "contains":
            return column.str.contains(tree["value"], literal=True)
        case "lower_eq":
            return column.str.to_lowercase() == tree["value"]
        case "length_ge":
            return column.str.len_chars() >= tree["value"]
        case _:
            return OPERATORS[op](column, tree["value"])
