"""Bounds of withheld cells by scipy.optimize.milp (HiGHS), for random tables of two and three categories with all totals.

Writes bounds.csv: case, up to three categories, count, whether it is withheld, and the least and greatest count in any table of whole
numbers of 0 or more that fits what is shown. An empty upper bound is no bound.
"""
import itertools
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

rng = np.random.default_rng(20261123)


def extreme(target, sign, hidden, matrix, right):
    cost = np.zeros(len(hidden))
    cost[target] = sign
    found = milp(cost, integrality=np.ones(len(hidden)), bounds=Bounds(0, np.inf), constraints=LinearConstraint(matrix, right, right))
    if found.status == 3 or (found.status == 4 and "unbounded" in found.message.lower()):
        return ""
    assert found.status == 0, found.message
    return round(sign * found.fun)


def case(shape, largest, share):
    axes = [[f"k{at}" for at in range(size)] + ["Total"] for size in shape]
    counts = rng.integers(0, largest + 1, shape)
    value = {}
    for key in itertools.product(*axes):
        index = tuple(slice(None) if label == "Total" else int(label[1:]) for label in key)
        value[key] = int(counts[index].sum())
    keys = list(value)
    secret = [key for key in keys if rng.random() < (share if "Total" not in key else share / 5)]
    place = {key: at for at, key in enumerate(secret)}
    rows, right = [], []
    for key in keys:
        for axis, label in enumerate(key):
            if label != "Total":
                continue
            row, sum_ = np.zeros(len(secret)), 0
            for part in axes[axis]:
                member = key[:axis] + (part,) + key[axis + 1:]
                sign = 1 if part == "Total" else -1
                if member in place:
                    row[place[member]] += sign
                else:
                    sum_ -= sign * value[member]
            if row.any():
                rows.append(row)
                right.append(sum_)
    for key in keys:
        low = high = ""
        if key in place:
            low = extreme(place[key], 1, secret, np.array(rows), right)
            high = extreme(place[key], -1, secret, np.array(rows), right)
        labels = list(key) + [""] * (3 - len(key))
        yield labels + [value[key], int(key in place), low, high]


with open("bounds.csv", "w") as file:
    file.write("case,d1,d2,d3,n,withheld,lower,upper\n")
    for number in range(48):
        shape = [(4, 5), (3, 7), (2, 3, 2), (3, 3, 3)][number % 4]
        for row in case(shape, [9, 40, 300][number % 3], [0.35, 0.5, 0.65][number % 3 if number % 2 else 1]):
            file.write(f"{number}," + ",".join(map(str, row)) + "\n")
