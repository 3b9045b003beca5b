(** Theorem 3.1 as printed is a special case of theorem [product]: its floors are smaller. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Theorems Require Import Statements Product.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem theorem_3_1 : Theorem_3_1.
Proof.
have [fit sizes] := theorem_product.
move=> F N dx dy d1 d2 x y inj _; have [hard relu] := sizes N dy d1 d2; split=> [le|sp sm s le].
- exact: (fit F N dx dy d1 d2 x y inj (hard le)).1.
- apply: (fit F N dx dy d1 d2 x y inj _).2 s; apply: leq_trans (relu le); exact: leq_pmull.
Qed.
