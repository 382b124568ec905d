#!/bin/sh
# Builds the C tests against a libcitx and runs them: test.sh LIBDIR [OUTDIR]
# With gcc as C99 and g++ as C++11, plainly and under valgrind; what is not installed is named and left out.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: $0 LIBDIR [OUTDIR]" >&2
    exit 2
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$(dirname -- "$here")")
libdir=$(CDPATH='' cd -- "$1" && pwd)
out=${2:-$libdir/c-tests}
rm -rf "$out"
mkdir -p "$out/lib"
# The soname carries the ABI version, and the loader looks for that.
ln -sf "$libdir/libcitx.so" "$out/lib/libcitx.so"
ln -sf "$libdir/libcitx.so" "$out/lib/libcitx.so.1"
LD_LIBRARY_PATH=$out/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
CITX_CONFORMANCE=$root/tests/conformance
RUST_BACKTRACE=0
export RUST_BACKTRACE LD_LIBRARY_PATH CITX_CONFORMANCE

strict="-Wall -Wextra -Wpedantic -Werror -g -O1 -I$root/include -I$here/tests"
link="-L$out/lib -lcitx -lpthread -lm"
failures=0

run() {
    echo "== $1"
    shift
    "$@" || failures=$((failures + 1))
}

# A landlord makes one return for each tenure; these are those of rented homes.
grep -E '^landlord,|,LCRA,' "$root/examples/tsm/returns.csv" >"$out/rented.csv"
python3 "$here/tests/null_calls.py" >"$out/null_calls.c"

build() { # compiler flags suffix
    for source in "$here"/tests/*.c "$out"/null_calls.c "$here"/examples/*.c; do
        name=$(basename "$source" .c)
        # shellcheck disable=SC2086
        $1 $2 $strict "$source" -o "$out/$name$3" $link
    done
}

compilers=""
if command -v gcc >/dev/null; then
    build gcc -std=c99 .gcc
    compilers="$compilers .gcc"
else
    echo "SKIPPED: gcc is not installed, the C tests are not run"
fi
if command -v g++ >/dev/null; then
    build g++ "-x c++ -std=c++11" .g++
    for source in "$here"/tests/*.cpp; do
        # shellcheck disable=SC2086
        g++ -std=c++11 $strict "$source" -o "$out/$(basename "$source" .cpp).g++" $link
    done
    compilers="$compilers .g++"
else
    echo "SKIPPED: g++ is not installed, the C++ tests are not run"
fi

# The arguments of a program: the examples that read a file are given one of the repository.
arguments() {
    case $1 in
    segments.*) set -- "$root/examples/bloomington/residents.csv" id central "area = 1" unknown "q3a IS NULL" ;;
    score.*) set -- "$out/rented.csv" "Brighton and Hove City Council" TP01 ;;
    rake.*) set -- "$root/tests/golden/survey/apistrat.csv" pw api00 stype E 4421 H 755 M 1018 ;;
    *) set -- ;;
    esac
    printf '%s\n' "$@"
}

start() { # label, then the command before the program, then the program
    label=$1
    shift
    IFS='
'
    # shellcheck disable=SC2046
    set -- "$@" $(arguments "${label##* }")
    unset IFS
    run "$label" "$@"
}

for suffix in $compilers; do
    for program in "$out"/*"$suffix"; do
        start "$(basename "$program")" "$program"
    done
done

if command -v valgrind >/dev/null && [ -n "$compilers" ]; then
    set -- $compilers
    for program in "$out"/*"$1"; do
        start "valgrind $(basename "$program")" valgrind -q --leak-check=full --show-leak-kinds=definite,indirect \
            --errors-for-leak-kinds=definite,indirect --error-exitcode=9 "$program"
    done
else
    echo "SKIPPED: valgrind is not installed, the C tests are not run under it"
fi

# As another project would: installed, moved, found by pkg-config and CMake, shared and static.
if command -v gcc >/dev/null; then
    "$here/install.sh" "$libdir" "$out/made"
    mv "$out/made" "$out/prefix"
    installed="gcc -std=c99 -Wall -Wextra -Wpedantic -Werror $here/examples/quickstart.c"
    # shellcheck disable=SC2086
    $installed -I"$out/prefix/include" "$out/prefix/lib/libcitx.a" -lpthread -lm -ldl -o "$out/static"
    run "linked statically" env -u LD_LIBRARY_PATH "$out/static"
    if command -v pkg-config >/dev/null; then
        # shellcheck disable=SC2046,SC2086
        $installed $(PKG_CONFIG_PATH=$out/prefix/lib/pkgconfig pkg-config --cflags --libs citx) -o "$out/by-pkg-config"
        run "found by pkg-config" env LD_LIBRARY_PATH="$out/prefix/lib" "$out/by-pkg-config"
    else
        echo "SKIPPED: pkg-config is not installed, citx.pc is not tried"
    fi
    if command -v cmake >/dev/null; then
        cmake -S "$here/tests/cmake" -B "$out/cmake" -DCMAKE_PREFIX_PATH="$out/prefix" >/dev/null
        cmake --build "$out/cmake" >/dev/null
        run "found by CMake" env -u LD_LIBRARY_PATH "$out/cmake/shared"
        run "found by CMake, static" env -u LD_LIBRARY_PATH "$out/cmake/static"
    else
        echo "SKIPPED: cmake is not installed, the CMake files are not tried"
    fi
    rm -rf "$out/prefix" "$out/cmake" "$out/static"
fi

run "symbols" python3 "$root/bindings/check_symbols.py" "$libdir/libcitx.so"

if [ "$failures" -ne 0 ]; then
    echo "$failures of the C test programs failed"
    exit 1
fi
echo "the C tests passed"
