"""Wall and CPU time and memory of the calling process, the same for every engine."""

import gc
import json
import sys
import time

REPEATS = 3
# A call that takes this long is made once.
LONG_S = 20


def memory_mb(field):
    """`VmRSS`: resident now. `VmHWM`: the most since the process began or `forget_peak`."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) / 1024 for line in status if line.startswith(field))


def forget_peak():
    with open("/proc/self/clear_refs", "w") as clear:
        clear.write("5")


def timed(call):
    """Wall seconds, CPU seconds and the result."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = call()
    return time.perf_counter() - wall, time.process_time() - cpu, result


def measure(call, count, **about):
    """Makes the call three times, the previous result dropped first, and prints one line of JSON. `count` takes the members of each segment from a result."""
    gc.collect()
    base, load_peak = memory_mb("VmRSS"), memory_mb("VmHWM")
    forget_peak()
    walls, cpus, result = [], [], None
    while len(walls) < REPEATS and not (walls and walls[0] > LONG_S):
        result = None
        gc.collect()
        wall, cpu, result = timed(call)
        walls.append(wall)
        cpus.append(cpu)
    peak = memory_mb("VmHWM")
    counts = [int(members) for members in count(result)]
    times = {"wall": min(walls), "cpu": min(cpus), "first_wall": walls[0], "first_cpu": cpus[0]}
    json.dump(about | times | {"base_mb": base, "load_peak_mb": load_peak, "peak_mb": peak, "counts": counts}, sys.stdout)
    print(flush=True)
