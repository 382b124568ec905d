#!/bin/sh
# Installs the C library for others to build against: install.sh LIBDIR PREFIX
# Header, shared and static library, pkg-config and CMake files; the tree may be moved afterwards.
set -eu

if [ $# -ne 2 ]; then
    echo "usage: $0 LIBDIR PREFIX" >&2
    exit 2
fi
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
root=$(dirname -- "$(dirname -- "$here")")
libdir=$1
prefix=$2

number() {
    sed -n "s/^#define CITX_$1 \([0-9]*\)$/\1/p" "$root/include/citx.h"
}
minor=$(number VERSION_MAJOR).$(number VERSION_MINOR)
version=$minor.$(number VERSION_PATCH)
abi=$(number ABI_VERSION)
url=$(sed -n 's/^repository = "\(.*\)"$/\1/p' "$root/Cargo.toml")

fill() { # template target
    sed -e "s/@VERSION@/$version/g" -e "s/@MINOR@/$minor/g" -e "s/@ABI@/$abi/g" -e "s|@URL@|$url|g" "$here/package/$1.in" >"$2/$1"
    chmod 644 "$2/$1"
}

install -d "$prefix/include" "$prefix/lib/pkgconfig" "$prefix/lib/cmake/citx"
install -m 644 "$root/include/citx.h" "$prefix/include/citx.h"
install -m 755 "$libdir/libcitx.so" "$prefix/lib/libcitx.so.$version"
ln -sf "libcitx.so.$version" "$prefix/lib/libcitx.so.$abi"
ln -sf "libcitx.so.$abi" "$prefix/lib/libcitx.so"
install -m 644 "$libdir/libcitx.a" "$prefix/lib/libcitx.a"
fill citx.pc "$prefix/lib/pkgconfig"
fill citx-config.cmake "$prefix/lib/cmake/citx"
fill citx-config-version.cmake "$prefix/lib/cmake/citx"
