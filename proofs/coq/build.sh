#!/usr/bin/env bash
# Compiles every theorem, and fails unless each proves its statement without axioms and THEOREMS.json is up to date.
# --write: bring THEOREMS.json up to date; --no-coqchk: leave out the second, slow check of the compiled files.
set -euo pipefail
cd "$(dirname "$0")"
inventory=check coqchk=yes
for option in "$@"; do
  case "$option" in
    --write) inventory=write ;;
    --no-coqchk) coqchk=no ;;
    *) echo "usage: build.sh [--write] [--no-coqchk]" >&2; exit 2 ;;
  esac
done

audit=$(mktemp -d)
trap 'rm -rf "$audit"' EXIT

python3 inventory.py audit >"$audit/Audit.v"
coq_makefile -f _CoqProject -o Makefile.coq theorems/*.v
make -f Makefile.coq --no-print-directory -j2
coqc -R theorems Theorems -w none "$audit/Audit.v" >"$audit/answers"
python3 inventory.py judge <"$audit/answers"
if [ "$coqchk" = yes ]; then
  coqchk -silent -R theorems Theorems -norec $(cd theorems && ls ./*.v | sed 's|./\(.*\)\.v|Theorems.\1|')
fi
python3 inventory.py "$inventory"
echo "$(wc -l <"$audit/answers") theorems, all closed under the global context"
