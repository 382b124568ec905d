#!/usr/bin/env python3
"""Checks that citx.h, the source of bindings/c, the .NET wrapper and, where one is given, a built libcitx have the same functions.

usage: check_symbols.py [LIBCITX]
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


def written(source: Path) -> set[str]:
    """Names of the functions that the crate's source exports."""
    names = re.compile(r"#\[unsafe\(no_mangle\)\]\s*pub (?:unsafe )?extern \"C\" fn (\w+)")
    return {name for file in source.rglob("*.rs") for name in names.findall(file.read_text(encoding="utf-8"))}


def main() -> int:
    if len(sys.argv) > 2:
        print(__doc__)
        return 2
    header = ROOT / "include" / "citx.h"
    declared = set(header_functions(header))
    others = {"bindings/c": written(ROOT / "bindings" / "c" / "src")}
    if len(sys.argv) > 1:
        others[sys.argv[1]] = exported(Path(sys.argv[1]))
    native = ROOT / "bindings" / "dotnet" / "Citx" / "Native" / "NativeMethods.cs"
    others[native.name] = imported(native)
    problems = []
    for name, functions in others.items():
        problems += [f"{function}: in {header.name}, not in {name}" for function in sorted(declared - functions)]
        problems += [f"{function}: in {name}, not in {header.name}" for function in sorted(functions - declared)]
    for problem in problems:
        print(problem)
    found = "the same" if not problems else f"{len(problems)} differences"
    print(f"{len(declared)} functions in {header.name}, {', '.join(others)}: {found}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
