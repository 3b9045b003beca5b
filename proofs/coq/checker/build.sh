#!/usr/bin/env bash
# Compiles the proofs of this folder, checks that they rest on no axiom, extracts the checker and builds it:
# build/exactmem-verified. With --link also the link to ../theorems, which needs mathcomp.
# Debian: coq ocaml ocaml-findlib libzarith-ocaml-dev libsha-ocaml-dev; for --link libcoq-mathcomp-algebra-tactics
set -euo pipefail
cd "$(dirname "$0")"
[ $# = 0 ] || [ "$*" = --link ] || { echo "usage: build.sh [--link]" >&2; exit 2; }
mkdir -p build/theorems
cp ./*.v ./*.ml build/
cd build

# One line per theorem, which must be that it is closed.
audit() {
  local answers
  answers=$(coqc -q -w none -Q . Checker -R theorems Theorems "$1.v")
  [ "$answers" = "$(yes 'Closed under the global context' | head -n "$2")" ] || { echo "$answers" >&2; exit 1; }
}

for name in Semantics Arithmetic Layers Line Check; do
  coqc -q -Q . Checker "$name.v"
done
audit Assumptions 2
coqc -q -Q . Checker Extract.v
ocamlfind ocamlopt -package zarith -c -w -a integers.ml verified.mli verified.ml
ocamlfind ocamlopt -package zarith,sha -linkpkg integers.cmx verified.cmx json.ml reader.ml main.ml -o exactmem-verified
echo "$PWD/exactmem-verified"

if [ "$*" = --link ]; then
  cp ../../theorems/Statements.v theorems/
  coqc -q -w none -R theorems Theorems theorems/Statements.v
  coqc -q -w none -Q . Checker -R theorems Theorems Link.v
  audit Example 1
fi
