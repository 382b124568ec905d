"""Tables that read well on a terminal and paste as Markdown; and the machine that they were measured on."""

import platform
from pathlib import Path


class Report:
    """Prints what it is told, and keeps it."""

    def __init__(self):
        self.lines = []

    def say(self, *lines):
        for line in lines:
            print(line, flush=True)
            self.lines.append(line)

    def heading(self, text):
        self.say("", f"### {text}", "")

    def table(self, columns, rows):
        """The first column is text, the others are numbers."""
        widths = [max(map(len, cells)) for cells in zip(columns, *rows)]

        def line(cells):
            first, *others = zip(cells, widths)
            return "| " + " | ".join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]) + " |"

        rule = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
        self.say(line(columns), line(rule), *map(line, rows), "")

    def write(self, path):
        path.write_text("\n".join(self.lines) + "\n")


def machine():
    cpu = Path("/proc/cpuinfo").read_text().splitlines()
    fields = dict(line.split(":", 1) for line in reversed(cpu) if ":" in line)
    fields = {name.strip(): value.strip() for name, value in fields.items()}
    flags = fields.get("flags", "").split()
    vectors = "AVX-512 with VBMI" if "avx512vbmi" in flags else "AVX2" if "avx2" in flags else "neither AVX2 nor AVX-512"
    family = f"family {fields.get('cpu family')}, model {fields.get('model')}"
    cores = sum(line.startswith("processor") for line in cpu)
    gigabytes = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    system = f"{platform.system()} {platform.release()}, Python {platform.python_version()}"
    return f"{fields.get('model name', platform.processor())} ({family}), {cores} cores, {vectors}, {gigabytes:.0f} GB, {system}"
