"""The tables and rules that are measured."""

from collections.abc import Callable
from dataclasses import dataclass

import citizens
import rules
import strings

AS_OF = citizens.AS_OF.isoformat()
KEY = "id"


@dataclass(frozen=True)
class Workload:
    write: Callable
    rules: Callable
    dictionaries: dict


WORKLOADS = {
    "citizens": Workload(citizens.write, rules.make, citizens.DICTIONARIES),
    "strings": Workload(strings.write, strings.make, {}),
}
