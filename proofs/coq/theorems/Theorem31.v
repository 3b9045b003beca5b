(** Theorem 3.1 as printed is a special case of theorem [product]: its floors are smaller. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Theorems Require Import Statements Product.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma floors m a b : (m * (a %/ (m * b)) <= a %/ b)%N.
Proof.
have [->|b0] := posnP b; first by rewrite muln0 divn0 muln0.
by rewrite leq_divRL // -mulnA mulnCA leq_trunc_div.
Qed.

Theorem theorem_3_1 : Theorem_3_1.
Proof.
move=> F N dx dy d1 d2 x y inj _; split=> [|sp sm s] le.
- apply: (theorem_product (dy := dy) (d1 := d1) (d2 := d2) y inj _).1; apply: leq_trans le _.
  have -> a b : (4 * a * b = (2 * a) * (2 * b))%N by rewrite mulnACA mulnA.
  apply: leq_mul; last exact: floors.
  by have := floors 2 d1 1; rewrite muln1 divn1.
- apply: (theorem_product (dy := dy) (d1 := d1) (d2 := d2) y inj _).2 s; apply: leq_trans le _.
  apply: leq_mul; first by have := floors 4 d1 1; rewrite muln1 divn1.
  by apply: leq_trans (floors 4 d2 dy); rewrite leq_pmull.
Qed.
