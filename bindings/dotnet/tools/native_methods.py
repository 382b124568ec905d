#!/usr/bin/env python3
"""Writes Citx/Native/NativeMethods.cs, NativeStructs.cs and Handles.cs from include/citx.h; with --check says whether they are up to date.

One import for each function of the header, one struct for each of its structs, and one SafeHandle for each opaque type: so that neither a
symbol nor the type of a parameter or field can differ from the C ABI.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
HEADER = HERE.parent.parent / "include/citx.h"
NOTE = "// Written by tools/native_methods.py from include/citx.h: do not edit.\n"

PLAIN = {
    "citx_status": "uint",
    "bool": "bool",
    "size_t": "UIntPtr",
    "uintptr_t": "UIntPtr",
    "uint8_t": "byte",
    "int8_t": "sbyte",
    "uint32_t": "uint",
    "int32_t": "int",
    "uint64_t": "ulong",
    "int64_t": "long",
    "double": "double",
    "void": "void",
}


def pascal(name):
    return "".join(part.capitalize() for part in name.split("_"))


def camel(name):
    name = pascal(name)
    name = name[0].lower() + name[1:]
    return {"out": "result", "event": "@event", "ref": "reference", "in": "input"}.get(name, name)


def clean(text):
    """The header without comments, preprocessor lines and line breaks."""
    text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)
    text = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", "", text, flags=re.M)
    text = re.sub(r'extern\s+"C"\s*\{', "", text)
    return re.sub(r"\s+", " ", text)


def parse(text):
    """Functions as (name, return type, [(type, name)]), and structs as lists of (type, name)."""
    text = clean(text)
    structs = {}
    for body, name in re.findall(r"typedef struct \{([^{}]*)\} (citx_\w+) ?;", text):
        fields = [field.strip() for field in body.split(";") if field.strip()]
        structs[name] = [pointer_field(field) or split(field) for field in fields]
    for scalar, name in re.findall(r"typedef (u?int\d+_t|double) (citx_\w+) ?;", text):
        PLAIN.setdefault(name, PLAIN[scalar])
    functions = []
    for result, name, parameters in re.findall(r"([\w ]+?[ *]+)(citx_\w+) ?\(([^()]*)\) ?;", re.sub(r"[^;]*[{}]", ";", text)):
        pairs = [split(item) for item in parameters.split(",")] if parameters.strip() not in ("", "void") else []
        functions.append((name, tidy(result), pairs))
    return functions, structs


def pointer_field(field):
    """A field that is a pointer to a function."""
    found = re.fullmatch(r".*\(\* ?(\w+)\) ?\(.*\)", field)
    return ("void *", found.group(1)) if found else None


def split(item):
    """The type and name of a parameter or field."""
    kind, name = re.fullmatch(r"(.*?[ *])(\w+)", item.strip()).groups()
    return tidy(kind), name


def tidy(kind):
    return re.sub(r"\bstruct\b|\bextern\b|\s", " ", kind).replace(" ", "").replace("const", "const ")


def struct_name(name):
    return {"citx_str": "NativeText", "citx_strs": "NativeTexts"}.get(name, "Native" + pascal(name[5:]))


def parameter(kind, label, handles, structs, freeing):  # noqa: PLR0911
    """One C parameter in C#."""
    base, stars = re.fullmatch(r"(?:const )?(\w+)(\**)", kind).groups()
    if not stars:
        mark = "[MarshalAs(UnmanagedType.I1)] " if base == "bool" else ""
        return f"{mark}{PLAIN[base]} {camel(label)}"
    if base == "citx_error" and stars == "**":
        return f"out IntPtr {camel(label)}"
    if base in handles:
        if freeing:
            return f"IntPtr {camel(label)}"
        direction = "out " if stars == "**" else ""
        return f"{direction}{handles[base]} {camel(label)}"
    if base in structs and kind.startswith("const"):
        return f"IntPtr {camel(label)}"
    if base in PLAIN and base != "void" and not kind.startswith("const"):
        return f"out {'byte' if base == 'bool' else PLAIN[base]} {camel(label)}"
    return f"IntPtr {camel(label)}"


def native_methods(functions, handles, structs):
    lines = [NOTE, "using System;", "using System.Runtime.InteropServices;", "", "namespace Citx.Native", "{"]
    lines += ["    /// <summary>Every function of the C ABI.</summary>", "    internal static class NativeMethods", "    {"]
    lines += ['        private const string Library = "citx";']
    for name, result, pairs in functions:
        shown = ", ".join(parameter(kind, label, handles, structs, name.endswith("_free")) for kind, label in pairs)
        returned = "IntPtr" if result.endswith("*") else PLAIN[result.replace("const ", "")]
        lines += ["", "        [DllImport(Library, CallingConvention = CallingConvention.Cdecl, ExactSpelling = true)]"]
        if returned == "bool":
            lines.append("        [return: MarshalAs(UnmanagedType.I1)]")
        lines.append(f"        internal static extern {returned} {name}({shown});")
    return "\n".join([*lines, "    }", "}", ""])


def native_structs(structs):
    lines = [NOTE, "using System;", "using System.Runtime.InteropServices;", "", "namespace Citx.Native", "{"]
    for name, fields in structs.items():
        lines += [f"    /// <summary>`{name}`.</summary>", "    [StructLayout(LayoutKind.Sequential)]"]
        lines += [f"    internal partial struct {struct_name(name)}", "    {"]
        for kind, label in fields:
            lines.append(f"        internal {'IntPtr' if kind.endswith('*') else PLAIN[kind]} {pascal(label)};")
        lines += ["    }", ""]
    return "\n".join([*lines[:-1], "}", ""])


def handle_classes(handles, pointed):
    lines = [NOTE, "using System;", "using Microsoft.Win32.SafeHandles;", "", "namespace Citx.Native", "{"]
    for name, handle in handles.items():
        lines += [
            f"    /// <summary>Owns a `{name}`.</summary>",
            f"    internal sealed class {handle} : SafeHandleZeroOrMinusOneIsInvalid",
            "    {",
            f"        public {handle}()",
            "            : base(true)",
            "        {",
            "        }",
            "",
        ]
        if name in pointed:
            lines += [
                f"        internal {handle}(IntPtr pointer, bool owned)",
                "            : base(owned)",
                "        {",
                "            SetHandle(pointer);",
                "        }",
                "",
            ]
        lines += [
            "        protected override bool ReleaseHandle()",
            "        {",
            f"            NativeMethods.{name}_free(handle);",
            "            return true;",
            "        }",
            "    }",
            "",
        ]
    return "\n".join([*lines[:-1], "}", ""])


def main():
    functions, structs = parse(HEADER.read_text(encoding="utf-8"))
    PLAIN.update((name, struct_name(name)) for name in structs)
    handles = {name[:-5]: pascal(name[5:-5]) + "Handle" for name, _, _ in functions if name.endswith("_free")}
    # What arrives as a plain pointer: the result of a function, and errors.
    pointed = {"citx_error"} | {result.replace("const ", "").rstrip("*") for _, result, _ in functions if result.endswith("*")}
    wanted = {
        "NativeMethods.cs": native_methods(functions, handles, structs),
        "NativeStructs.cs": native_structs(structs),
        "Handles.cs": handle_classes(handles, pointed),
    }
    good = True
    for name, text in wanted.items():
        path = HERE / "Citx/Native" / name
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="ascii", newline="\n")
        elif not path.exists() or path.read_text(encoding="ascii") != text:
            good = False
            print(f"{path.relative_to(HERE)} does not fit include/citx.h: run python bindings/dotnet/tools/native_methods.py")
    sys.exit(0 if good else 1)


main()
