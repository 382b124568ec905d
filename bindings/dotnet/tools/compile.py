"""Compiles C# with Roslyn, hosted on the CoreCLR runtime that the tests run on.

Run by `test.py` in a virtual environment with pythonnet; reads one JSON job from standard input:
`{"runtime": DIR, "roslyn": DIR, "targets": [{"name", "exe", "sources", "references", "output", "docs", "errors"}]}`.
`docs` names the XML documentation file to write; `errors` lists warnings that count as errors. A target without `output` is only checked.
"""
# Modules of .NET exist once the runtime is loaded, not before.
# ruff: noqa: PLC0415

import glob
import json
import os
import sys

from clr_loader import get_coreclr
from pythonnet import set_runtime


def start(job):
    """Loads CoreCLR and Roslyn into this process."""
    config = os.path.join(job["cache"], "compile.runtimeconfig.json")
    with open(config, "w", encoding="ascii") as out:
        framework = {"name": "Microsoft.NETCore.App", "version": "8.0.0"}
        json.dump({"runtimeOptions": {"framework": framework, "configProperties": {"System.Globalization.Invariant": True}}}, out)
    set_runtime(get_coreclr(runtime_config=config, dotnet_root=job["runtime"]))
    import clr

    for name in ("Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp"):
        clr.AddReference(os.path.join(job["roslyn"], name + ".dll"))


def compile_target(target):
    """Compiles one assembly; returns whether it failed and what to show."""
    from Microsoft import CodeAnalysis
    from Microsoft.CodeAnalysis import CSharp
    from System.Collections.Generic import KeyValuePair, List
    from System.IO import File
    from System.Text import Encoding

    documentation = CodeAnalysis.DocumentationMode.Diagnose if target.get("docs") else CodeAnalysis.DocumentationMode.Parse
    parse = CSharp.CSharpParseOptions(CSharp.LanguageVersion.CSharp7_3, documentation)
    trees = List[CodeAnalysis.SyntaxTree]()
    for path in target["sources"]:
        text = CodeAnalysis.Text.SourceText.From(File.ReadAllText(path), Encoding.UTF8)
        trees.Add(CSharp.CSharpSyntaxTree.ParseText(text, parse, path))
    references = List[CodeAnalysis.MetadataReference]()
    for pattern in target["references"]:
        for path in sorted(glob.glob(pattern)):
            references.Add(CodeAnalysis.MetadataReference.CreateFromFile(path))
    severities = List[KeyValuePair[str, CodeAnalysis.ReportDiagnostic]]()
    for code in target.get("errors", []):
        severities.Add(KeyValuePair[str, CodeAnalysis.ReportDiagnostic](code, CodeAnalysis.ReportDiagnostic.Error))
    kind = CodeAnalysis.OutputKind.ConsoleApplication if target["exe"] else CodeAnalysis.OutputKind.DynamicallyLinkedLibrary
    options = CSharp.CSharpCompilationOptions(kind).WithAllowUnsafe(True).WithDeterministic(True)
    options = options.WithOptimizationLevel(CodeAnalysis.OptimizationLevel.Release).WithWarningLevel(4)
    options = options.WithSpecificDiagnosticOptions(severities)
    compilation = CSharp.CSharpCompilation.Create(target["name"], trees, references, options)
    if target.get("output"):
        diagnostics = CodeAnalysis.FileSystemExtensions.Emit(compilation, target["output"], None, target.get("docs")).Diagnostics
    else:
        diagnostics = compilation.GetDiagnostics()
    shown = [str(d) for d in diagnostics if d.Severity >= CodeAnalysis.DiagnosticSeverity.Warning]
    failed = any(d.Severity == CodeAnalysis.DiagnosticSeverity.Error for d in diagnostics)
    return failed, shown


def main():
    job = json.load(sys.stdin)
    start(job)
    status = 0
    for target in job["targets"]:
        failed, shown = compile_target(target)
        for line in shown:
            print(line)
        if failed:
            print(f"{target['name']}: does not compile against {target['against']}")
            status = 1
            break
    sys.stdout.flush()
    # The runtime's own shutdown inside a Python process is slow and has nothing left to do.
    os._exit(status)


main()
