#!/usr/bin/env bash
# Compiles the proofs of this folder, checks that they rest on no axiom, extracts the checker and builds it: build/exactmem-verified.
# Debian: apt-get install coq ocaml ocaml-findlib libzarith-ocaml-dev libsha-ocaml-dev
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p build
cp ./*.v ./*.ml build/
cd build
for name in Semantics Arithmetic Layers Line Check Assumptions; do
  coqc -q -Q . Checker "$name.v" > "$name.out"
done
[ "$(grep -c '^Closed under the global context$' Assumptions.out)" = 2 ] && [ "$(wc -l < Assumptions.out)" = 2 ] ||
  { cat Assumptions.out >&2; exit 1; }
coqc -q -Q . Checker Extract.v
ocamlfind ocamlopt -package zarith -c -w -a integers.ml verified.mli verified.ml
ocamlfind ocamlopt -package zarith,sha -linkpkg -O3 integers.cmx verified.cmx json.ml reader.ml main.ml -o exactmem-verified
echo "$PWD/exactmem-verified"
