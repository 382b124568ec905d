#!/usr/bin/env python3
"""Checks that libcitx exports exactly the functions that citx.h declares, and that the .NET wrapper imports no other.

usage: check_symbols.py LIBCITX [HEADER [NATIVE_METHODS]]
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def header_functions(header: Path) -> dict[str, str]:
    """Name and whole declaration of each function."""
    text = re.sub(r"/\*.*?\*/", " ", header.read_text(encoding="utf-8"), flags=re.S)
    found = re.finditer(r"^((?:const )?\w+ \*?)(citx_\w+)\(([^;{]*?)\);", text, flags=re.M | re.S)
    return {match[2]: " ".join(match[0].split()) for match in found}


def exported(library: Path) -> set[str]:
    """Names of the functions that a shared library exports."""
    lines = subprocess.run(["nm", "-D", "--defined-only", str(library)], check=True, capture_output=True, text=True).stdout
    return {fields[-1] for fields in map(str.split, lines.splitlines()) if len(fields) == 3}


def imported(native_methods: Path) -> set[str]:
    """Names of the functions that the .NET wrapper imports."""
    text = re.sub(r"//[^\n]*", "", native_methods.read_text(encoding="utf-8"))
    named = set(re.findall(r'EntryPoint\s*=\s*"(citx_\w+)"', text))
    return named | set(re.findall(r"\bextern\b[^;(]*?\b(citx_\w+)\s*\(", text))


def main() -> int:
    if not 2 <= len(sys.argv) <= 4:
        print(__doc__)
        return 2
    library = Path(sys.argv[1])
    header = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "include" / "citx.h"
    native = Path(sys.argv[3]) if len(sys.argv) > 3 else ROOT / "bindings" / "dotnet" / "Citx" / "NativeMethods.cs"
    declared = set(header_functions(header))
    problems = []
    there = exported(library)
    problems += [f"{name}: in the header, not exported" for name in sorted(declared - there)]
    problems += [f"{name}: exported, not in the header" for name in sorted(there - declared)]
    compared = f"{len(declared)} functions in {header.name} and {library.name}"
    if native.exists():
        calls = imported(native)
        problems += [f"{name}: imported by .NET, not in the header" for name in sorted(calls - declared)]
        problems += [f"{name}: in the header, not imported by .NET" for name in sorted(declared - calls)]
        compared += f" and {native.name}"
    else:
        print(f"skipped: {native} is not there")
    for problem in problems:
        print(problem)
    print(f"{compared}: {'the same' if not problems else f'{len(problems)} differences'}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
