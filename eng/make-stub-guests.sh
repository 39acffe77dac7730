#!/usr/bin/env bash
# Makes the guests of the tests for machines behind gdb stubs, in artifacts/stub-guests: arm64.elf and x86.elf, programs without an operating system,
# each with a list of its names.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/packages.sh"
need_commands "building the guests behind gdb stubs" clang:clang ld.lld:lld llvm-nm:llvm
need_commands "running them" qemu-system-aarch64:qemu-system-arm qemu-system-i386:qemu-system-x86
sources=$root/tests/Interop/StubGuests
output=$root/artifacts/stub-guests
mkdir -p "$output"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# make_guest NAME TRIPLE OPTION...
make_guest() {
  local name=$1 target=$2
  shift 2
  clang --target="$target" -ffreestanding -fno-pic -O1 -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer -fno-stack-protector -fno-unroll-loops "$@" \
    -c "$sources/guest.c" -o "$work/$name.o"
  clang --target="$target" -c "$sources/start-$name.s" -o "$work/start-$name.o"
  ld.lld -T "$sources/$name.ld" "$work/start-$name.o" "$work/$name.o" -o "$work/$name.elf"
  llvm-nm "$work/$name.elf" >"$work/$name.names"
  mv "$work/$name.names" "$work/$name.elf" "$output/"
}

# With the MMU off, memory is device memory, which takes no unaligned accesses.
make_guest arm64 aarch64-none-elf -mgeneral-regs-only -mstrict-align
make_guest x86 i386-none-elf
