# shellcheck shell=bash
# What ./run, ./test and .ci/run need on a machine besides Rust. Sourced by them; installs what is missing, and asks
# nobody where all of it is there.
#
# - set_up: a C compiler (ring), the PostgreSQL programs, setpriv and Python, with apt-get.
# - set_up_tests: besides, curl and two browsers with apt-get; and the programs of tests/tools, with pip and npm.
# - build_console: Node, with pip; the packages of web/, with npm; and web/dist.
#
# What pip and npm bring is below the target directory.

say() {
  printf '==> %s\n' "$*"
}

set_up() {
  find_cargo
  missing=()
  look_for_programs
  install_missing
}

set_up_tests() {
  find_cargo
  missing=()
  look_for_programs
  command -v curl >/dev/null || missing+=(curl)
  command -v chromium >/dev/null || missing+=(chromium)
  command -v firefox-esr >/dev/null || missing+=(firefox-esr)
  install_missing
  install_test_tools
}

look_for_programs() {
  command -v cc >/dev/null || missing+=(build-essential)
  command -v setpriv >/dev/null || ! is_linux || missing+=(util-linux)
  has_postgres || missing+=(postgresql)
  # Debian's python3 has neither, until this package comes.
  python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
}

# Where Cargo puts what it builds, from wherever it is asked.
target() {
  local directory=${CARGO_TARGET_DIR:-target}
  mkdir -p "$directory"
  (cd "$directory" && pwd)
}

# Each stamp is what was installed, word for word.

# As a wheel: Debian 12's is too old for Vite and for @redocly/cli.
install_node() {
  local installed
  installed=$(target)/node
  PATH=$installed/bin:$PATH
  if cmp -s scripts/node.txt "$installed/stamp" && "$installed/bin/node" --version >/dev/null 2>&1; then
    return
  fi
  say "installing Node to $installed"
  rm -rf "$installed"
  make_venv "$installed" scripts/node.txt
  cp scripts/node.txt "$installed/stamp"
}

install_test_tools() {
  local wanted=tests/tools installed
  installed=$(target)/test-tools
  install_node
  local lists=("$wanted/requirements.txt" "$wanted/package.json" "$wanted/package-lock.json")
  if cat "${lists[@]}" | cmp -s - "$installed/stamp" && "$installed/venv/bin/python" --version >/dev/null 2>&1; then
    return
  fi
  say "installing the programs of $wanted to $installed"
  rm -rf "$installed"
  make_venv "$installed/venv" "$wanted/requirements.txt"
  install_packages "$wanted" "$installed"
  cat "${lists[@]}" >"$installed/stamp"
}

# The packages of web/ outlive a clone where the target directory does. Whoever installed their own uses those.
install_console_packages() {
  local installed
  installed=$(target)/web
  if ! cat web/package.json web/package-lock.json | cmp -s - "$installed/stamp"; then
    say "installing the packages of web to $installed"
    rm -rf "$installed"
    mkdir -p "$installed"
    install_packages web "$installed"
    cat web/package.json web/package-lock.json >"$installed/stamp"
  fi
  if [[ -L web/node_modules || ! -e web/node_modules ]]; then
    ln -sfn "$installed/node_modules" web/node_modules
  fi
}

# Builds web/dist, where its sources are not those that it was built of.
build_console() {
  install_node
  install_console_packages
  local sources
  sources=$(console_sources)
  if [[ $sources == "$(cat web/dist/.stamp 2>/dev/null)" ]]; then
    return
  fi
  say "building the console"
  npm --prefix web --silent run build
  echo "$sources" >web/dist/.stamp
}

console_sources() {
  find web \( -name node_modules -o -name dist -o -name tests -o -name '*.test.ts' \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 cksum | cksum
}

# Types, tests without a browser, and the size of what is loaded first.
check_console() {
  for check in check test size; do
    npm --prefix web --silent run "$check"
  done
}

make_venv() {
  python3 -m venv "$1"
  "$1/bin/python" -m pip install --quiet --disable-pip-version-check --only-binary :all: --requirement "$2"
}

install_packages() {
  cp "$1/package.json" "$1/package-lock.json" "$2"
  npm ci --prefix "$2" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
}

install_missing() {
  if ((${#missing[@]} == 0)); then
    return
  fi
  become_root "${missing[@]}"
  say "installing ${missing[*]}"
  apt_get update
  if [[ " ${missing[*]} " == *" postgresql "* ]]; then
    install_postgres
  fi
  apt_get install -y --no-install-recommends "${missing[@]}"
}

is_linux() {
  [[ $(uname -s) == Linux ]]
}

find_cargo() {
  local home=${CARGO_HOME:-$HOME/.cargo}
  if ! command -v cargo >/dev/null && [[ -x $home/bin/cargo ]]; then
    export PATH="$home/bin:$PATH"
  fi
  if ! command -v cargo >/dev/null; then
    say "Rust is missing: install it as https://rustup.rs says, then run this again" >&2
    exit 1
  fi
}

# The same places in the same order as installation/src/private_postgres/programs.rs, which also checks the version.
has_postgres() {
  local directory directories
  IFS=: read -ra directories <<<"$PATH"
  directories+=(/usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql@*/bin
    /usr/local/opt/postgresql@*/bin /Library/PostgreSQL/*/bin /opt/PostgreSQL/*/bin)
  for directory in "${directories[@]}"; do
    if [[ -x $directory/postgres && -x $directory/initdb ]]; then
      return 0
    fi
  done
  return 1
}

# Sets `as_root` to what commands that need root are prefixed with, or says what a person has to do.
become_root() {
  as_root=()
  if ! command -v apt-get >/dev/null; then
    say "install these yourself (this machine has no apt-get), then run this again: $*" >&2
    exit 1
  fi
  if (($(id -u) == 0)); then
    return
  fi
  if ! command -v sudo >/dev/null; then
    say "as root, run 'apt-get install --no-install-recommends $*', then run this again" >&2
    exit 1
  fi
  as_root=(sudo)
}

# Waits up to 15 minutes for another apt-get, as a fresh machine's own first update may be running. Quiet unless it
# fails.
apt_get() {
  local output
  if ! output=$(${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -o DPkg::Lock::Timeout=900 "$@" </dev/null 2>&1); then
    printf '%s\n' "$output" >&2
    say "apt-get $* has failed" >&2
    return 1
  fi
}

# Debian's package makes and starts a server for the whole machine. We only want the programs: Ledgerdesk runs its own.
# The setting counts while the package is installed, and does not stay.
install_postgres() {
  local directory=/etc/postgresql-common/createcluster.d
  local setting=$directory/ledgerdesk-set-up.conf
  apt_get install -y --no-install-recommends postgresql-common
  ${as_root[@]+"${as_root[@]}"} mkdir -p "$directory"
  echo 'create_main_cluster = false' | ${as_root[@]+"${as_root[@]}"} tee "$setting" >/dev/null
  local outcome=0
  apt_get install -y --no-install-recommends postgresql || outcome=$?
  ${as_root[@]+"${as_root[@]}"} rm -f "$setting"
  return "$outcome"
}
