(** Extraction to OCaml. What this file says about OCaml is believed, not proved: that [Integers], written by hand over
    zarith, computes what Coq's integers do (or stops the program at its limit), and that sizes fit machine integers. *)
From Coq Require Import ZArith QArith Extraction ExtrOcamlBasic.
From Checker Require Import Semantics Check.

Extract Inductive nat => "int" [ "0" "Stdlib.succ" ] "(fun zero next n -> if n = 0 then zero () else next (n - 1))".
Extract Inlined Constant Nat.eqb => "Int.equal".
Extract Inlined Constant Nat.leb => "Integers.nat_leb".
Extract Inlined Constant Nat.ltb => "Integers.nat_ltb".
Extract Inlined Constant length => "List.length".

Extract Inductive positive => "Integers.t" [ "Integers.odd" "Integers.even" "Integers.one" ] "Integers.match_positive".
Extract Inductive Z => "Integers.t" [ "Integers.zero" "Integers.positive" "Integers.negative" ] "Integers.match_integer".
Extract Inlined Constant Pos.mul => "Integers.mul".
Extract Inlined Constant Pos.eqb => "Integers.equal".
Extract Inlined Constant Z.add => "Integers.add".
Extract Inlined Constant Z.sub => "Integers.sub".
Extract Inlined Constant Z.mul => "Integers.mul".
Extract Inlined Constant Z.opp => "Integers.neg".
Extract Inlined Constant Z.abs => "Integers.abs".
Extract Inlined Constant Z.min => "Integers.min".
Extract Inlined Constant Z.max => "Integers.max".
Extract Inlined Constant Z.div => "Integers.div".
Extract Inlined Constant Z.gcd => "Integers.gcd".
Extract Inlined Constant Z.lcm => "Integers.lcm".
Extract Inlined Constant Z.log2 => "Integers.log2".
Extract Inlined Constant Z.shiftr => "Integers.shiftr".
Extract Inlined Constant Z.to_pos => "Integers.to_positive".
Extract Inlined Constant Z.eqb => "Integers.equal".
Extract Inlined Constant Z.leb => "Integers.leb".
Extract Inlined Constant Z.ltb => "Integers.ltb".

Extraction "verified.ml" well_formed failures.
