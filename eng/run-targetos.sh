#!/usr/bin/env bash
# Boots the bundled target computer in QEMU, with a network adapter and the debugger settings of a real target.
#   NETKD_KEY=1.2.3.4 eng/run-targetos.sh [--port 50000] [--host-ip 10.0.2.2] [--key-file FILE] [--protocol 2|4|5]
#   eng/run-targetos.sh --store BCD               (the debugger settings of a store that bcdedit wrote)
#                     [--nic e1000e|e1000|vmxnet3[,addr=0x10]] [--network user|QEMU-NETDEV] [--initial-break]
#                     [--serial stdio|FILE] [--no-reboot] [--monitor SOCKET] [--accel auto|tcg|kvm]
#                     [--com unix:PATH|tcp:PORT] [-- QEMU options]
# The debugger runs on this computer: QEMU's user network shows it to the target as 10.0.2.2 and fec0::2.
# With --com the debugger is on COM1 instead, which QEMU serves at a Unix-domain socket or a TCP port of this computer; the console is COM2.
# The key comes from the environment, a file or the store, never from the command line, where other users could read it.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
port=50000 host_ip=10.0.2.2 nic=e1000e protocol=4 initial_break=0 serial=stdio monitor=none accel=auto com='' store='' network=user key=${NETKD_KEY:-}
extra=()
unset NETKD_KEY

usage() {
  sed -n '2,10s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

while [ $# -gt 0 ]; do
  case $1 in
    --port) port=${2:?}; shift ;;
    --host-ip) host_ip=${2:?}; shift ;;
    --key-file) key=$(<"${2:?}"); shift ;;
    --nic) nic=${2:?}; shift ;;
    --network) network=${2:?}; shift ;;
    --store) store=${2:?}; shift ;;
    --protocol) protocol=${2:?}; shift ;;
    --initial-break) initial_break=1 ;;
    --serial) serial=${2:?}; shift ;;
    --no-reboot) extra+=(-no-reboot) ;;
    --com) com=${2:?}; shift ;;
    --accel) accel=${2:?}; shift ;;
    --monitor) monitor=unix:${2:?},server=on,wait=off; shift ;;
    --) shift; extra+=("$@"); break ;;
    *) usage ;;
  esac
  shift
done

[ -z "$store" ] || [ -f "$store" ] || { echo "run-targetos: no store $store: netkd bcdedit /createstore FILE /template makes one" >&2; exit 1; }
case $accel in auto | tcg | kvm) ;; *) usage ;; esac

need() {
  command -v "$1" >/dev/null || { echo "run-targetos: $1 not found: apt-get install $2" >&2; exit 1; }
}
need qemu-system-x86_64 qemu-system-x86

code='' vars=''
for folder in /usr/share/OVMF /usr/share/edk2/x64 /usr/share/edk2/ovmf /usr/share/qemu; do
  for suffix in '' _4M .4m; do
    if [ -f "$folder/OVMF_CODE$suffix.fd" ] && [ -f "$folder/OVMF_VARS$suffix.fd" ]; then
      code=$folder/OVMF_CODE$suffix.fd vars=$folder/OVMF_VARS$suffix.fd
      break 2
    fi
  done
done
[ -n "$code" ] || { echo 'run-targetos: no UEFI firmware found: apt-get install ovmf' >&2; exit 1; }

image=$root/artifacts/targetos/BOOTX64.EFI
[ -f "$image" ] || { echo 'run-targetos: no image: dotnet build targetos' >&2; exit 1; }

work=$(mktemp -d)
child=''
cleanup() {
  [ -z "$child" ] || kill "$child" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 143' TERM INT HUP

mkdir -p "$work/esp/EFI/BOOT"
cp "$image" "$work/esp/EFI/BOOT/BOOTX64.EFI"
cp "$vars" "$work/vars.fd"
(
  umask 077
  if [ -n "$store" ]; then
    mkdir -p "$work/esp/EFI/Microsoft/Boot"
    cp "$store" "$work/esp/EFI/Microsoft/Boot/BCD"
  fi
  {
    if [ -z "$store" ]; then
      echo "hostip=$host_ip"
      echo "port=$port"
      [ -z "$key" ] || echo "key=$key"
    fi
    echo "protocol=$protocol"
    echo "initialbreak=$initial_break"
    [ -z "$com" ] || echo "debugtype=serial"
  } > "$work/esp/netkd.ini"
)

# boot ACCELERATOR BOOT-FOLDER VARIABLES SERIAL [QEMU options...] becomes QEMU.
boot() {
  local accelerator=$1 folder=$2 variables=$3 console=$4 first=()
  shift 4
  case $com in
    unix:*) first=(-serial "$com,server=on,wait=off") ;;
    tcp:*) first=(-serial "tcp:127.0.0.1:${com#tcp:},server=on,wait=off") ;;
    '') ;;
    *) usage ;;
  esac
  exec qemu-system-x86_64 -machine q35,accel="$accelerator" -cpu max -m 256 -nodefaults -display none ${first[@]+"${first[@]}"} -serial "$console" \
    -drive if=pflash,format=raw,unit=0,readonly=on,file="$code" \
    -drive if=pflash,format=raw,unit=1,file="$variables" \
    -drive format=raw,file=fat:rw:"$folder",if=none,id=boot -device virtio-blk-pci,drive=boot,bootindex=0 \
    "$@" </dev/null
}

# Says in seconds whether KVM brings the target to its first line. That /dev/kvm is there says little: nested ones were seen to fail in
# the firmware's first instructions, and QEMU then waits for ever.
probe_kvm() {
  local console=$work/probe-console errors=$work/probe-errors verdict=no
  mkdir "$work/probe"
  cp -r "$work/esp/EFI" "$work/probe/EFI"
  cp "$vars" "$work/probe-vars.fd"
  boot kvm "$work/probe" "$work/probe-vars.fd" "file:$console" -monitor none 2>"$errors" &
  child=$!
  for _ in $(seq "$((probe_seconds * 10))"); do
    if grep -qs 'targetos:' "$console"; then verdict=yes; break; fi
    if ! kill -0 "$child" 2>/dev/null || grep -qs 'KVM internal error' "$errors"; then break; fi
    sleep 0.1
  done
  kill "$child" 2>/dev/null || true
  wait "$child" 2>/dev/null || true
  child=''
  [ "$verdict" = yes ]
}

# The verdict is kept for this boot of this computer: another kernel, or another host below it, may do better or worse.
probe_seconds=15
if [ "$accel" = auto ]; then
  accel=tcg reason='no usable /dev/kvm'
  if [ -r /dev/kvm ] && [ -w /dev/kvm ]; then
    verdict_file=$root/artifacts/kvm-verdict
    boot_id=$(cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo unknown)
    if ! grep -qsx "$boot_id [a-z]*" "$verdict_file"; then
      echo 'run-targetos: trying KVM once' >&2
      if probe_kvm 2>/dev/null; then verdict=yes; else verdict=no; fi
      { echo "$boot_id $verdict" > "$work/verdict" && mv "$work/verdict" "$verdict_file"; } 2>/dev/null || true
    else
      read -r _ verdict < "$verdict_file"
    fi
    if [ "$verdict" = yes ]; then accel=kvm reason='it boots the target'; else reason='KVM does not boot the target here'; fi
  fi
  echo "run-targetos: accelerator $accel ($reason)" >&2
else
  echo "run-targetos: accelerator $accel (asked for)" >&2
fi

[ "$serial" = stdio ] || serial=file:$serial
boot "$accel" "$work/esp" "$work/vars.fd" "$serial" -monitor "$monitor" \
  -netdev "$network",id=net -device "$nic",netdev=net,romfile= \
  ${extra[@]+"${extra[@]}"} &
child=$!
status=0
wait "$child" || status=$?
child=''
exit "$status"
