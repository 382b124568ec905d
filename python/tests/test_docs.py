"""Every example of the documentation runs."""

from __future__ import annotations

import ast
import doctest
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import citx
from citx import _citx
from conftest import ROOT

PACKAGE = ROOT / "python" / "citx"
STUB = PACKAGE / "_citx.pyi"
DOCUMENTED = (ast.FunctionDef, ast.ClassDef)


def documented(tree: ast.Module) -> Iterator[tuple[str, Any]]:
    """Classes, methods and functions by name."""
    for node in tree.body:
        if isinstance(node, DOCUMENTED):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, DOCUMENTED):
                    yield f"{node.name}.{inner.name}", inner


def examples() -> Iterator[Any]:
    for path in (STUB, *PACKAGE.glob("*.py")):
        for name, node in documented(ast.parse(path.read_text(encoding="utf-8"))):
            text = ast.get_docstring(node) or ""
            if ">>>" in text:
                yield pytest.param(text, node.lineno, path, id=name)


@pytest.mark.parametrize(("text", "line", "path"), list(examples()))
def test_examples_of_docstrings(text: str, line: int, path: Path) -> None:
    test = doctest.DocTestParser().get_doctest(text, {}, path.stem, str(path), line)
    failures: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=failures.append)
    assert result.failed == 0, "".join(failures)


def test_everything_public_is_documented() -> None:
    names = dict(documented(ast.parse(STUB.read_text(encoding="utf-8"))))
    missing = [
        name
        for name, node in names.items()
        if not any(part.startswith("_") for part in name.split("."))
        and not ast.get_docstring(node)
        and not any(getattr(decorator, "id", "") == "overload" for decorator in node.decorator_list)
    ]
    assert missing == []
    for name in citx.__all__:
        assert hasattr(citx, name)
        thing = getattr(citx, name)
        if isinstance(thing, type):
            assert thing.__module__ in ("citx", "citx.exceptions"), name
            assert thing.__doc__, name
    assert {name for name in dir(_citx) if not name.startswith("_")} <= set(citx.__all__)


def readme_examples() -> list[str]:
    path = ROOT / "README.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_examples_of_the_readme(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for folder in ("examples", "data"):
        if (ROOT / folder).exists():
            (tmp_path / folder).symlink_to(ROOT / folder)
    monkeypatch.chdir(tmp_path)
    scope: dict[str, Any] = {"__name__": "__main__"}
    for code in readme_examples():
        exec(compile(code, "README.md", "exec"), scope)
