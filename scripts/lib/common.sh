# What every script here stands on; sourced, never run.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export WINDLASS_TEST_CACHE=${WINDLASS_TEST_CACHE:-$HOME/.cache/windlass-tests}

say() { printf '== %s\n' "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 2; }

# Runs a command as root, which the caller may already be.
as_root() {
  if [[ $(id -u) -eq 0 ]]; then "$@"
  elif command -v sudo >/dev/null; then sudo -n "$@" || sudo "$@"
  else die "'$*' must be run as root, and there is no sudo here"
  fi
}

# configure_and_build PRESET [TARGET...]: with ccache where it is installed.
configure_and_build() {
  local preset=$1 launcher=()
  shift
  if command -v ccache >/dev/null; then
    # Precompiled headers: ccache's manual, "Precompiled headers".
    export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache -DCMAKE_C_COMPILER_LAUNCHER=ccache)
  fi
  (cd "$root" && cmake --preset "$preset" "${launcher[@]}" >/dev/null)
  ninja -C "$root/build/$preset" "$@"
}
