"""Compiles C# with Roslyn, hosted on the CoreCLR runtime that the tests run on.

Run by `test.py` in a virtual environment with pythonnet; reads one JSON job from standard input:
`{"runtime": DIR, "roslyn": DIR, "targets": [{"name", "exe", "sources", "references", "output", "docs", "errors"}]}`.
`docs` names the XML documentation file to write; `errors` lists warnings that count as errors. A target without `output` is only checked.
"""

import glob
import json
import os
import sys


def start(job):
    """Loads CoreCLR and Roslyn into this process."""
    config = os.path.join(job["cache"], "compile.runtimeconfig.json")
    with open(config, "w", encoding="ascii") as out:
        framework = {"name": "Microsoft.NETCore.App", "version": "8.0.0"}
        json.dump({"runtimeOptions": {"framework": framework, "configProperties": {"System.Globalization.Invariant": True}}}, out)
    from clr_loader import get_coreclr
    from pythonnet import set_runtime

    set_runtime(get_coreclr(runtime_config=config, dotnet_root=job["runtime"]))
    import clr

    for name in ("Microsoft.CodeAnalysis", "Microsoft.CodeAnalysis.CSharp"):
        clr.AddReference(os.path.join(job["roslyn"], name + ".dll"))


def compile_target(target):
    """Compiles one assembly and returns its errors as text."""
    import Microsoft.CodeAnalysis as ca
    import Microsoft.CodeAnalysis.CSharp as cs
    from System.Collections.Generic import KeyValuePair, List
    from System.IO import File
    from System.Text import Encoding

    documentation = ca.DocumentationMode.Diagnose if target.get("docs") else ca.DocumentationMode.Parse
    parse = cs.CSharpParseOptions(cs.LanguageVersion.CSharp7_3, documentation)
    trees = List[ca.SyntaxTree]()
    for path in target["sources"]:
        text = ca.Text.SourceText.From(File.ReadAllText(path), Encoding.UTF8)
        trees.Add(cs.CSharpSyntaxTree.ParseText(text, parse, path))
    references = List[ca.MetadataReference]()
    for pattern in target["references"]:
        for path in sorted(glob.glob(pattern)):
            references.Add(ca.MetadataReference.CreateFromFile(path))
    severities = List[KeyValuePair[str, ca.ReportDiagnostic]]()
    for code in target.get("errors", []):
        severities.Add(KeyValuePair[str, ca.ReportDiagnostic](code, ca.ReportDiagnostic.Error))
    kind = ca.OutputKind.ConsoleApplication if target["exe"] else ca.OutputKind.DynamicallyLinkedLibrary
    options = cs.CSharpCompilationOptions(kind).WithAllowUnsafe(True).WithDeterministic(True)
    options = options.WithOptimizationLevel(ca.OptimizationLevel.Release).WithWarningLevel(4)
    options = options.WithSpecificDiagnosticOptions(severities)
    compilation = cs.CSharpCompilation.Create(target["name"], trees, references, options)
    if target.get("output"):
        diagnostics = ca.FileSystemExtensions.Emit(compilation, target["output"], None, target.get("docs")).Diagnostics
    else:
        diagnostics = compilation.GetDiagnostics()
    shown = [str(d) for d in diagnostics if d.Severity >= ca.DiagnosticSeverity.Warning]
    failed = any(d.Severity == ca.DiagnosticSeverity.Error for d in diagnostics)
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
