#!/usr/bin/env python3
"""Writes a C program that calls every function of citx.h with nothing but zeros.

No call may crash. One that returns a status must refuse, with an error and without; a getter must answer.
"""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from check_symbols import ROOT, header_functions  # noqa: E402

NEVER_FAIL = {"citx_version", "citx_abi_version", "citx_status_name"}


def zero(parameter: str) -> str:
    kind = re.sub(r"\w+$", "", parameter).strip()
    if "*" in kind:
        return "NULL"
    return f"zero_{kind}" if kind.startswith("citx_") and kind not in ("citx_status", "citx_type") else "0"


def main() -> None:
    calls = []
    structs = set()
    for name, declaration in header_functions(ROOT / "include" / "citx.h").items():
        result, parameters = re.fullmatch(r"(.*?)\s*" + name + r"\((.*)\);", declaration).groups()
        parameters = [] if parameters == "void" else [part.strip() for part in parameters.split(",")]
        values = [zero(parameter) for parameter in parameters]
        structs |= {value[5:] for value in values if value.startswith("zero_")}
        if parameters[-1:] == ["citx_error **err"]:
            calls.append(f"    REFUSED(CITX_STATUS_INVALID_ARGUMENT, {name}({', '.join(values[:-1] + ['&err'])}));")
            calls.append(f"    CHECK({name}({', '.join(values)}) == CITX_STATUS_INVALID_ARGUMENT);")
        elif result == "void":
            calls.append(f"    {name}({', '.join(values)});\n    passed++;")
        elif result == "citx_str" and name not in NEVER_FAIL:
            calls.append(f"    CHECK({name}({', '.join(values)}).data == NULL);")
        else:
            calls.append(f"    (void){name}({', '.join(values)});\n    passed++;")
    print('#include "check.h"\n\nint main(void)\n{')
    for struct in sorted(structs):
        print(f"    {struct} zero_{struct};")
    for struct in sorted(structs):
        print(f"    memset(&zero_{struct}, 0, sizeof zero_{struct});")
    print("\n".join(calls))
    print("    return finish();\n}")


if __name__ == "__main__":
    main()
