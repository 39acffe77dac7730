#!/usr/bin/env bash
# Makes a small Linux guest for QEMU out of Debian's packages: a stock kernel (linux-image-cloud-amd64), a few of its modules, busybox, and with
# --netkd our own published binary. Into artifacts/linux: vmlinuz, guest.cpio.gz, and with --netkd netkd.cpio.gz to put behind it.
#   eng/make-linux-guest.sh [--netkd]
# The guest mounts what it needs, loads the modules, runs /run.sh where another archive brings one, and switches itself off; else it idles.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
. eng/packages.sh
out=artifacts/linux
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

# Two at once would take each other's files.
exec 9>"$out/lock"
flock 9

need_commands "making the Linux guest" busybox:busybox-static dpkg-deb:dpkg

archive() { (cd "$1" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$2.new" && mv "$2.new" "$2"; }

make_guest() {
  local package
  package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
  [ -n "$package" ] || { echo "make-linux-guest: no package linux-image-cloud-amd64 is known here: apt-get update, on Debian or with its sources" >&2; return 1; }
  (cd "$work" && apt-get download -qq "$package" >/dev/null 2>&1) || { echo "make-linux-guest: $package could not be fetched: apt-get update, then apt-get download $package" >&2; return 1; }
  dpkg-deb -x "$work"/linux-image-*.deb "$work/package"
  local guest=$work/guest modules
  mkdir -p "$guest"/{bin,proc,sys,dev,tmp,modules,etc}
  echo 'user:x:1000:1000::/tmp:/bin/sh' >"$guest/etc/passwd"
  cp "$(command -v busybox)" "$guest/bin/busybox"
  ln -s busybox "$guest/bin/sh"
  modules=$(echo "$work"/package/lib/modules/*/kernel)
  for module in lib/crc-itu-t.ko fs/nls/nls_utf8.ko drivers/block/loop.ko; do
    [ ! -f "$modules/$module" ] || cp "$modules/$module" "$guest/modules/"
  done
  cat >"$guest/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t securityfs security /sys/kernel/security
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t tmpfs tmp /tmp
for module in /modules/*.ko; do /bin/busybox insmod "$module"; done
export HOME=/tmp PATH=/bin
echo "guest: running"
if [ -f /run.sh ]; then
  /bin/busybox sh /run.sh </dev/null
  echo "guest: done"
  /bin/busybox poweroff -f
fi
while true; do /bin/busybox sleep 1; done
INIT
  chmod +x "$guest/init"
  archive "$guest" "$out/guest.cpio.gz"
  cp "$work"/package/boot/vmlinuz-* "$out/vmlinuz"
}

# One file, with its runtime and compiled ahead: the guest has no .NET. Intermediate files of its own disturb no build that goes on beside.
make_netkd() {
  local log=$work/publish.log
  if ! dotnet publish src/NetKd.Cli -c Release -r linux-x64 --self-contained -p:PublishSingleFile=true -p:PublishReadyToRun=true -p:DebugType=none \
    --artifacts-path artifacts/linux-build -o "$work/published" --nologo -v quiet >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
  local files=$work/netkd library
  mkdir -p "$files/bin"
  cp "$work/published/netkd" "$files/bin/"
  for library in $(ldd "$work/published/netkd" | grep -o '/[^ ]*'); do
    mkdir -p "$files$(dirname "$library")"
    cp -L "$library" "$files$library"
  done
  archive "$files" "$out/netkd.cpio.gz"
}

[ -f "$out/guest.cpio.gz" ] && [ "$out/guest.cpio.gz" -nt eng/make-linux-guest.sh ] && [ -f "$out/vmlinuz" ] || make_guest
if [ "${1:-}" = --netkd ]; then
  if [ ! -f "$out/netkd.cpio.gz" ] || [ -n "$(find src Directory.*.props -newer "$out/netkd.cpio.gz" \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' \) -not -path '*/obj/*' -print -quit)" ]; then
    make_netkd
  fi
fi
