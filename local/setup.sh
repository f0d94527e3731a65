#!/usr/bin/env bash
# Sets up all that the project needs on this machine: system packages, the Python environment in .venv, and
# the Node packages in local/node_modules. Does only what is not done yet; done again it takes no time.
#
#   local/setup.sh [GROUP…]     groups of local/packages.txt; default: stack
#
# System packages are installed only when run as root on Debian or Ubuntu. Otherwise the command to run is
# printed. Exit code 2: something is missing that has to be put right by hand.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

groups=("${@:-stack}")

say() { printf '%s\n' "$*"; }

give_up() {
    printf 'Error: %s\n' "$1" >&2
    shift
    [[ $# -eq 0 ]] || printf '       %s\n' "$@" >&2
    exit 2
}

# Run quietly, but every few seconds say for how long and at what it is; show all that was said if it fails.
quietly() {
    local log code="" began=$SECONDS ended
    log=$(mktemp)
    exec {ended}< <("$@" >"$log" 2>&1 </dev/null && echo 0 || echo 1)
    # A read that times out is a good clock: it ends the moment that the command does.
    while [[ -z $code ]] && ! read -r -t "${PROGRESS_PAUSE:-5}" -u "$ended" code; do
        printf '  %3d s  %.70s\n' $((SECONDS - began)) "$(tail -n 1 "$log" | tr -cd '[:print:]')"
    done
    exec {ended}<&-
    [[ $code == 0 ]] || cat "$log" >&2
    rm -f "$log"
    [[ $code == 0 ]] || give_up "this failed: $*"
}


has_command() { command -v "$1" >/dev/null; }

has_file_like() { compgen -G "$1" >/dev/null; }

# Not through a pipe: grep ends at its first hit, and with pipefail whoever is still writing then has failed.
has_library() { [[ $(ldconfig -p 2>/dev/null || /sbin/ldconfig -p) == *"$1"* ]]; }

has_font() { [[ -n $(find /usr/share/fonts /usr/local/share/fonts -name "$1" -print -quit 2>/dev/null) ]]; }

# The newest Postgres of Debian's that the stack could choose; nothing if there is none.
installed_postgres() {
    local folder version
    for folder in /usr/lib/postgresql/*; do
        version=${folder##*/}
        if [[ $version =~ ^[0-9]+$ && $version -ge 15 && -x $folder/bin/initdb && -e $folder/lib/wal2json.so &&
            -e /usr/share/postgresql/$version/extension/pg_cron.control ]]; then
            printf '%s\n' "$version"
        fi
    done | sort -n | tail -n 1
}

has_postgres() {
    local version
    [[ -n $(installed_postgres) ]] && return 0
    has_command pg_config || return 1
    version=$(pg_config --version | grep -o '[0-9]\+' | head -n 1)
    [[ $version -ge 15 && -e $(pg_config --pkglibdir)/wal2json.so &&
        -e $(pg_config --sharedir)/extension/pg_cron.control ]]
}

# In the Postgres that the stack chooses: where there is none yet, its extensions are missing too.
has_postgres_extension() {
    local version
    version=$(installed_postgres)
    if [[ -n $version ]]; then
        [[ -e /usr/share/postgresql/$version/extension/$1.control ]]
    else
        has_postgres && [[ -e $(pg_config --sharedir)/extension/$1.control ]]
    fi
}

# The first Python that is new enough.
find_python() {
    local candidate
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if has_command "$candidate" && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            command -v "$candidate"
            return 0
        fi
    done
    return 1
}

has_python() {
    [[ -x .venv/bin/pip ]] && return 0
    local python
    python=$(find_python) && "$python" -c 'import ensurepip, venv' 2>/dev/null
}

has_node() {
    has_command node && has_command npm && [[ $(node --version) =~ ^v([0-9]+) && ${BASH_REMATCH[1]} -ge 20 ]]
}


# A new machine is often just doing this itself, and apt-get does not wait for the lock on the lists.
update_package_lists() {
    local output tries
    for ((tries = 0; tries < 60; tries++)); do
        output=$(LC_ALL=C apt-get update -q 2>&1) && return 0
        [[ $output == *"Could not get lock"* ]] || break
        sleep "${LOCK_PAUSE:-5}"
    done
    printf '%s\n' "$output"
    return 1
}

trim() { sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' <<<"$1"; }

# The packages of the wanted groups whose test fails.
missing_packages() {
    local group packages test wanted
    # What is left over of the line, bars included, is the test.
    while IFS='|' read -r group packages test; do
        group=$(trim "$group")
        [[ -z $group || $group == \#* ]] && continue
        for wanted in "${groups[@]}"; do
            if [[ $group == "$wanted" ]] && ! eval "$test"; then
                trim "$packages"
            fi
        done
    done <local/packages.txt
}

# The Postgres whose packages are wanted: the one that is here, or else the newest of which apt has the server and
# both extensions; 15 if apt knows none.
wanted_postgres() {
    local version
    version=$(installed_postgres)
    if [[ -n $version ]]; then
        printf '%s\n' "$version"
        return 0
    fi
    for version in $(apt-cache search --names-only '^postgresql-[0-9]+-cron$' |
        grep -o '^postgresql-[0-9]\+' | grep -o '[0-9]\+' | sort -rn); do
        if [[ $version -ge 15 ]] && apt-cache show "postgresql-$version" "postgresql-$version-wal2json" >/dev/null 2>&1; then
            printf '%s\n' "$version"
            return 0
        fi
    done
    printf '15\n'
}

# Debian starts a cluster for whoever installs Postgres. Nobody asked for one here; what is there stays.
want_no_system_cluster() {
    if ! has_postgresql_common; then
        mkdir -p /etc/postgresql-common
        printf '%s\n' "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    fi
}

# Say what somebody who may become root has to run. Ends the script.
advise_packages() {
    local missing=$1 version
    local -a steps=()
    version=$(wanted_postgres)
    if ! has_package_lists; then
        # Which Postgres there is to have is not known yet.
        give_up "system packages are missing, and the lists of packages are empty" \
            "fetch the lists, and run this again: sudo apt-get update"
    fi
    if [[ $missing == *postgresql-@* ]] && ! has_postgresql_common; then
        steps+=("Debian starts a cluster for whoever installs Postgres. To have none of that:"
            "  sudo mkdir -p /etc/postgresql-common"
            "  echo 'create_main_cluster = false' | sudo tee /etc/postgresql-common/createcluster.conf")
    fi
    give_up "system packages are missing: ${missing//@/$version}" "${steps[@]}" \
        "Install them:" "  sudo apt-get install --no-install-recommends ${missing//@/$version}"
}

has_package() { [[ -n $(apt-cache show "$1" 2>/dev/null | head -n 1) ]]; }

has_package_lists() { [[ -n $(apt-cache dumpavail 2>/dev/null | head -n 1) ]]; }

has_postgresql_common() {
    dpkg-query -W -f '${Status}' postgresql-common 2>/dev/null | grep -q 'ok installed' ||
        [[ -e /etc/postgresql-common/createcluster.conf ]]
}

install_system_packages() {
    local missing
    missing=$(missing_packages | tr '\n' ' ')
    [[ -z ${missing// /} ]] && return 0
    if ! has_command apt-get; then
        give_up "these are missing (Debian's names): ${missing//@/15}" \
            "install what your system calls them, Postgres 15 or later with pg_cron and wal2json, and run this again"
    fi
    if [[ $(id -u) -ne 0 ]]; then
        advise_packages "$missing"
    fi
    say "Installing system packages …"
    quietly update_package_lists
    missing=${missing//@/$(wanted_postgres)}
    if [[ " $missing " == *" chromium "* ]] && ! has_package chromium; then
        say "There is no package of a browser here (Ubuntu's is a snap). The tests of pages fail until there is one:"
        say "  snap install chromium, or Google Chrome from google.com/chrome"
        missing=$(sed 's/ chromium / /' <<<" $missing ")
        [[ -z ${missing// /} ]] && return 0
    fi
    [[ $missing == *postgresql-* ]] && want_no_system_cluster
    # shellcheck disable=SC2086 (a list of package names)
    # A new machine is often just upgrading itself: wait for it to let go of the packages' lock.
    DEBIAN_FRONTEND=noninteractive quietly apt-get install -q -y --no-install-recommends \
        -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold $missing
    say "Installed: $missing"
    missing=$(missing_packages | { has_package chromium && cat || grep -v '^chromium$' || true; } | tr '\n' ' ')
    [[ -z ${missing// /} ]] || give_up "still missing after the installation: $missing"
}


# A stamp holds a digest of what an installation was made from.
digest() { cat "$@" | sha256sum | cut -d ' ' -f 1; }

is_current() { [[ -e $1 && $(<"$1") == "$2" ]]; }

set_up_python() {
    local wanted stamp=.venv/captpathfinder.stamp
    wanted=$(digest requirements/dev.txt pyproject.toml)
    if [[ -x .venv/bin/python ]] && ! .venv/bin/python -c '' 2>/dev/null; then
        say "The Python of .venv is gone; making it anew."
        rm -rf .venv
    fi
    is_current "$stamp" "$wanted" && return 0
    if [[ ! -x .venv/bin/pip ]]; then
        local python
        python=$(find_python) || give_up "Python 3.11 or later is needed, and was not found"
        say "Making the Python environment .venv …"
        quietly "$python" -m venv .venv
    fi
    say "Installing Python packages …"
    quietly .venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements/dev.txt
    quietly .venv/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .
    printf '%s\n' "$wanted" >"$stamp"
}

set_up_node() {
    local wanted stamp=local/node_modules/.captpathfinder.stamp
    if ! has_node && [[ ! -x .venv/bin/npm ]]; then
        # Debian 12 has Node 18, which is too old. This one comes as a Python package and stays in .venv.
        say "Installing Node into .venv (20 or later is needed) …"
        quietly .venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements/node.txt
    fi
    wanted=$(digest local/package-lock.json)
    is_current "$stamp" "$wanted" && return 0
    say "Installing Node packages …"
    (
        has_node || PATH="$PWD/.venv/bin:$PATH"
        cd local
        quietly npm ci --no-progress --loglevel=http
    )
    printf '%s\n' "$wanted" >"$stamp"
}

# Sourced, it only brings its functions, for the tests.
if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    install_system_packages
    set_up_python
    set_up_node
fi
