# Sourced by the scripts of the repository: installs what a step needs, saying what and why, or says what to install by hand.

# need_commands WHY COMMAND:PACKAGE... makes sure that the commands are there. Returns 1, with the install line on standard error,
# where they are not and cannot be installed.
need_commands() {
  local why=$1 packages=() pair
  shift
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || packages+=("${pair##*:}")
  done
  install_packages "$why" "${packages[@]}" || return 1
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || { echo "$why: ${pair%%:*} is still missing after installing ${pair##*:}" >&2; return 1; }
  done
}

# need_files WHY FILE:PACKAGE... is the same for files.
need_files() {
  local why=$1 packages=() pair
  shift
  for pair in "$@"; do
    [ -e "${pair%%:*}" ] || packages+=("${pair##*:}")
  done
  install_packages "$why" "${packages[@]}" || return 1
  for pair in "$@"; do
    [ -e "${pair%%:*}" ] || { echo "$why: ${pair%%:*} is still missing after installing ${pair##*:}" >&2; return 1; }
  done
}

install_packages() {
  local why=$1
  shift
  [ $# -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "$why needs packages that are missing. Install them with: sudo apt-get install --no-install-recommends $*" >&2
    return 1
  fi
  echo "Installing $* ($why)" >&2
  # A package list that is days old names versions that the mirror no longer has.
  if ! { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >/dev/null 2>"${TMPDIR:-/tmp}/netkd-apt.$$"; then
    cat "${TMPDIR:-/tmp}/netkd-apt.$$" >&2
    rm -f "${TMPDIR:-/tmp}/netkd-apt.$$"
    echo "$why: the packages could not be installed. By hand: apt-get install --no-install-recommends $*" >&2
    return 1
  fi
  rm -f "${TMPDIR:-/tmp}/netkd-apt.$$"
}

need_dotnet() {
  if ! command -v dotnet >/dev/null 2>&1; then
    echo "NetKd is built with the .NET 10 SDK, which is not on the PATH. See https://learn.microsoft.com/dotnet/core/install/linux" >&2
    return 1
  fi
}

# What builds and boots the bundled target computer.
need_target_tools() {
  need_commands "building the bundled target computer (targetos)" clang:clang lld-link:lld &&
    need_commands "booting it" qemu-system-x86_64:qemu-system-x86 &&
    need_files "its firmware" /usr/share/OVMF/OVMF_CODE.fd:ovmf
}

# build PROJECT... in Release, silently: what the compiler says is shown when it fails.
build() {
  local log
  log=$(mktemp)
  if ! dotnet build "$@" -c Release --nologo -v quiet >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}
