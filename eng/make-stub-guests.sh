#!/usr/bin/env bash
# Makes the guests of the tests for machines behind gdb stubs, in artifacts/stub-guests: arm64.elf and x86.elf, programs without an operating system,
# each with a list of its names; nt-arm64.elf and nt-x86.elf, kernels with NT's structures and a driver, each with a directory of its images and PDBs.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$root/eng/packages.sh"
need_commands "building the guests behind gdb stubs" clang:clang ld.lld:lld lld-link:lld llvm-nm:llvm
need_commands "running them" qemu-system-aarch64:qemu-system-arm qemu-system-i386:qemu-system-x86
sources=$root/tests/Interop/StubGuests
output=$root/artifacts/stub-guests
mkdir -p "$output"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

common=(-ffreestanding -O1 -fno-omit-frame-pointer -fno-stack-protector -fno-unroll-loops)

# make_guest NAME TRIPLE OPTION...
make_guest() {
  local name=$1 target=$2
  shift 2
  clang --target="$target" -fno-pic "${common[@]}" -mno-omit-leaf-frame-pointer "$@" -c "$sources/guest.c" -o "$work/$name.o"
  clang --target="$target" -c "$sources/start-$name.s" -o "$work/start-$name.o"
  ld.lld -T "$sources/$name.ld" "$work/start-$name.o" "$work/$name.o" -o "$work/$name.elf"
  llvm-nm "$work/$name.elf" >"$work/$name.names"
  mv "$work/$name.names" "$work/$name.elf" "$output/"
}

# make_image FILE MACHINE ENTRY BASE OBJECT: a PE image that is the same in memory as in the file, so that nothing need load it.
make_image() {
  local stem=${1%.*}
  lld-link /nologo /machine:"$2" /entry:"$3" /base:"$4" /filealign:4096 /subsystem:native /nodefaultlib /safeseh:no /debug \
    /pdb:"$stem.pdb" /pdbaltpath:"$(basename "$stem").pdb" /out:"$1" "$5"
}

# make_nt_guest NAME TRIPLE ELF-TRIPLE MACHINE KERNEL-BASE DRIVER-BASE OPTION...
make_nt_guest() {
  local name=$1 target=$2 elf=$3 machine=$4 kernel=$5 driver=$6 folder=$work/$1
  shift 6
  mkdir -p "$folder"
  local options=(--target="$target" "${common[@]}" -fno-zero-initialized-in-bss -fshort-wchar -g -gcodeview "-DDRIVER_BASE=$driver" "$@")
  clang "${options[@]}" -c "$sources/nt-kernel.c" -o "$folder/nt-kernel.obj"
  clang "${options[@]}" -c "$sources/nt-driver.c" -o "$folder/nt-driver.obj"
  make_image "$folder/ntkrnlmp.exe" "$machine" KiSystemStartup "$kernel" "$folder/nt-kernel.obj"
  make_image "$folder/primes.sys" "$machine" CountPrimes "$driver" "$folder/nt-driver.obj"
  (cd "$folder" && clang --target="$elf" -DKERNEL="$kernel" -DDRIVER="$driver" -c "$sources/start-$name.S" -o start.o)
  ld.lld -T "$sources/$name.ld" "$folder/start.o" -o "$folder/$name.elf"
  rm -rf "${output:?}/$name"
  mkdir "$output/$name"
  mv "$folder"/*.pdb "$folder"/*.exe "$folder"/*.sys "$output/$name/"
  mv "$folder/$name.elf" "$output/"
}

# With the MMU off, memory is device memory, which takes no unaligned accesses.
make_guest arm64 aarch64-none-elf -mgeneral-regs-only -mstrict-align
make_guest x86 i386-none-elf
make_nt_guest nt-arm64 aarch64-windows-msvc aarch64-none-elf arm64 0xFFFFF80312200000 0xFFFFF80312400000 -mgeneral-regs-only -fasynchronous-unwind-tables
make_nt_guest nt-x86 i386-windows-msvc i386-none-elf x86 0x80400000 0x80800000 -mno-sse
