"""The benchmark's citizens: 57 columns, the same for everyone who runs it. `python citizens.py ROWS OUT.parquet`.

Rows are made in chunks of a million, each from a seed of its own, so that a smaller table is the beginning of a larger one. Instants are UTC; every rule is asked as of
2026-11-01. Written for this project and under its licence; the people are drawn, not real.
"""

import sys
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20261101
AS_OF = date(2026, 11, 1)
CHUNK = 1_000_000
DAY_US = 86_400_000_000
PURPOSES = ["service", "newsletter", "survey", "events", "research", "profiling"]
CHANNELS = ["email", "sms", "phone", "post", "app"]
GIVEN_BY_PURPOSE = [0.9, 0.35, 0.5, 0.3, 0.2, 0.15]
GIVEN_BY_CHANNEL = [0.8, 0.6, 0.5, 0.85, 0.3]
CATEGORIES = {
    "tenure": ["social_rent", "private_rent", "owner_mortgage", "owner_outright", "shared_ownership", "other"],
    "property_type": ["flat", "maisonette", "terraced", "semi", "detached", "bungalow", "sheltered", "other"],
    "gender": ["female", "male", "nonbinary", "self_described"],
    "ethnicity": [f"eth_{i:02d}" for i in range(18)],
    "preferred_channel": ["email", "sms", "phone", "post", "app", "in_person", "none"],
    "language": [f"lang_{i:02d}" for i in range(30)],
}


def district_names(count):
    areas = [first + second for first in "ABCDEGHKLMNOPRSTW" for second in "ABDEGHLNORST"]
    return [f"{areas[i % len(areas)]}{1 + i // len(areas)}" for i in range(count)]


DISTRICTS = district_names(2800)
WARDS = [f"ward_{i:03d}" for i in range(400)]
DICTIONARIES = CATEGORIES | {"postcode_district": DISTRICTS, "ward": WARDS}

_places = np.random.default_rng(SEED)
DISTRICT_LAT = _places.uniform(50.2, 57.5, len(DISTRICTS))
DISTRICT_LON = _places.uniform(-4.8, 1.4, len(DISTRICTS))
_weight = 1 / np.power(np.arange(1, len(DISTRICTS) + 1) + 20, 0.9)
_popularity = np.cumsum(_weight / _weight.sum())
DISTRICT_BY_RANK = _places.permutation(len(DISTRICTS))
_ward_of_district = _places.integers(0, len(WARDS), len(DISTRICTS))


def _zipf(count, exponent):
    weight = 1 / np.power(np.arange(1, count + 1), exponent)
    return weight / weight.sum()


def chunk(index):
    """The chunk's rows, all million of them. The order of the draws is part of the data: a new column goes last."""
    rng = np.random.default_rng([SEED, index])
    rows = CHUNK
    columns = {}

    def nulls(share):
        return rng.random(rows) < share

    def dictionary(codes, names, width, mask=None):
        return pa.DictionaryArray.from_arrays(pa.array(codes.astype(width), mask=mask), pa.array(names))

    def category(name, exponent, null_share=0.0):
        names = CATEGORIES[name]
        codes = rng.choice(len(names), rows, p=_zipf(len(names), exponent))
        columns[name] = dictionary(codes, names, np.int8, nulls(null_share) if null_share else None)

    def instants(microseconds, mask=None):
        return pa.array(microseconds, type=pa.int64(), mask=mask).cast(pa.timestamp("us"))

    now_us = np.datetime64(AS_OF, "us").astype(np.int64)
    columns["id"] = pa.array(np.arange(index * CHUNK + 1, index * CHUNK + rows + 1, dtype=np.uint64))
    age = np.clip(rng.gamma(4.2, 11.0, rows), 0.02, 104)
    born = np.datetime64(AS_OF, "D").astype(np.int32) - (age * 365.2425).astype(np.int32)
    columns["birth_date"] = pa.array(born, type=pa.int32(), mask=nulls(0.02)).cast(pa.date32())
    district = DISTRICT_BY_RANK[np.searchsorted(_popularity, rng.random(rows)).clip(0, len(DISTRICTS) - 1)]
    columns["postcode_district"] = dictionary(district, DISTRICTS, np.int16)
    ward = np.where(rng.random(rows) < 0.9, _ward_of_district[district], rng.integers(0, len(WARDS), rows))
    columns["ward"] = dictionary(ward, WARDS, np.int16)
    category("tenure", 0.5)
    category("property_type", 0.6)
    category("gender", 1.6, 0.07)
    category("ethnicity", 1.1, 0.18)
    columns["disability"] = pa.array(rng.random(rows) < 0.18, mask=nulls(0.22))
    columns["household_size"] = pa.array((1 + np.minimum(rng.poisson(1.4, rows), 11)).astype(np.uint8))
    arrears = np.round(np.where(rng.random(rows) < 0.6, 0, rng.gamma(0.8, 600, rows)), 2)
    columns["rent_arrears"] = pa.array(arrears, mask=nulls(0.45))
    columns["lat"] = pa.array(DISTRICT_LAT[district] + rng.normal(0, 0.03, rows))
    columns["lon"] = pa.array(DISTRICT_LON[district] + rng.normal(0, 0.05, rows))
    columns["email_present"] = pa.array(rng.random(rows) < 0.71)
    columns["phone_present"] = pa.array(rng.random(rows) < 0.83)
    category("preferred_channel", 0.9)
    category("language", 1.8)
    # Ids were handed out in order over twelve years, so joining correlates with them, give or take 40 days.
    first_us = np.datetime64("2014-11-01", "us").astype(np.int64)
    ids = np.arange(index * CHUNK, index * CHUNK + rows)
    joined = first_us + (ids / 10_000_000 * (12 * 365.25 * 86400e6)).astype(np.int64)
    columns["joined_at"] = instants(joined + (rng.normal(0, 40, rows) * 86400e6).astype(np.int64))
    for name, mean_days, null_share in (("last_open_at", 120, 0.42), ("last_click_at", 200, 0.58), ("last_contact_at", 300, 0.33)):
        days = np.minimum(rng.exponential(mean_days, rows), 3650)
        columns[name] = instants(now_us - (days * DAY_US).astype(np.int64), nulls(null_share))
    activity = rng.gamma(0.5, 1.0, rows)
    for name, factor in (("opens_90d", 9.0), ("clicks_90d", 2.5), ("shares_90d", 0.4), ("complaints_365d", 0.15)):
        columns[name] = pa.array(np.minimum(rng.poisson(activity * factor), 65535).astype(np.uint16))
    score = rng.choice(np.arange(1, 6), rows, p=[0.12, 0.13, 0.2, 0.33, 0.22]).astype(np.uint8)
    columns["last_survey_score"] = pa.array(score, mask=nulls(0.7))
    packed = np.zeros(rows, np.uint32)
    for p, purpose in enumerate(PURPOSES):
        asked = rng.random(rows) < GIVEN_BY_PURPOSE[p]
        for c, channel in enumerate(CHANNELS):
            given = asked & (rng.random(rows) < GIVEN_BY_CHANNEL[c])
            packed |= given.astype(np.uint32) << np.uint32(p * len(CHANNELS) + c)
            columns[f"c_{purpose}_{channel}"] = pa.array(given)
    columns["consent"] = pa.array(packed)
    return pa.table(columns)


def write(rows, path):
    writer = None
    for start in range(0, rows, CHUNK):
        table = chunk(start // CHUNK).slice(0, rows - start)
        writer = writer or pq.ParquetWriter(path, table.schema, compression="lz4", use_dictionary=True)
        writer.write_table(table, row_group_size=CHUNK)
    writer.close()


if __name__ == "__main__":
    write(int(sys.argv[1]), sys.argv[2])
