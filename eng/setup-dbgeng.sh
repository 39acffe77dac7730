#!/usr/bin/env bash
# Makes artifacts/dbgeng ready: Microsoft's debugger engine and symbol library (restored from their public NuGet package, never committed) and
# a small host program for each, to be run under Wine by tests/Interop and tests/SymbolPeers. Safe to run again; does nothing when all is there.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
home=${DBGENG_HOME:-$root/artifacts/dbgeng}
source=$root/tests/Interop/DbgEngHost/dbgeng-host.cpp
symbol_sources=$root/tests/SymbolPeers/DbgHelpHost
version=20260109.1235.0
packages="wine wine64 g++-mingw-w64-x86-64"

have() { command -v "$1" >/dev/null 2>&1; }

if ! have wine || ! have x86_64-w64-mingw32-g++; then
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then as_root="sudo"; fi
  if ! have apt-get || { [ -n "$as_root" ] && ! have sudo; }; then
    echo "setup-dbgeng: Wine and MinGW are needed and cannot be installed here. On Debian: apt-get install $packages" >&2
    exit 1
  fi
  echo "setup-dbgeng: installing $packages" >&2
  $as_root apt-get update >&2
  # shellcheck disable=SC2086
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages >&2 || {
    echo "setup-dbgeng: the installation failed. Try by hand: apt-get install $packages" >&2
    exit 1
  }
fi

mkdir -p "$home"
if [ ! -f "$home/dbgeng.dll" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cat > "$work/fetch.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageDownload Include="Microsoft.Debugging.Platform.DbgEng" Version="[$version]" /></ItemGroup>
</Project>
XML
  dotnet restore "$work/fetch.csproj" >&2
  cache=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: *//')
  cp "$cache/microsoft.debugging.platform.dbgeng/$version/content/amd64/"*.dll "$home/"
fi
if [ ! -f "$home/dbgeng-host.exe" ] || [ "$source" -nt "$home/dbgeng-host.exe" ]; then
  x86_64-w64-mingw32-g++ -O1 -Wall -Wno-cast-function-type -Wno-unknown-pragmas -static -o "$home/dbgeng-host.exe" "$source" -lole32 -luuid -lws2_32
fi
# Tests of several projects may come here at once: each builds its own program and moves it into place.
if [ ! -f "$home/dbghelp-host.exe" ] || [ -n "$(find "$symbol_sources" -newer "$home/dbghelp-host.exe" -print -quit)" ]; then
  x86_64-w64-mingw32-g++ -std=c++17 -O2 -Wall -static -o "$home/dbghelp-host.$$.exe" "$symbol_sources"/*.cpp -ldbghelp -loleaut32 -lpsapi
  mv "$home/dbghelp-host.$$.exe" "$home/dbghelp-host.exe"
fi
export WINEPREFIX=${WINEPREFIX:-$home/prefix} WINEDEBUG=-all
if [ ! -f "$WINEPREFIX/system.reg" ]; then
  echo "setup-dbgeng: making a Wine prefix" >&2
  wineboot --init >/dev/null 2>&1
  wineserver --wait
fi
echo "$home"
