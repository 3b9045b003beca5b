(** Proposition 3.2 as printed is a special case of theorem [product-readout]. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Theorems Require Import Statements Readout.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem proposition_3_2 : Proposition_3_2.
Proof.
move=> F N dx dy d1 d2 d3 x class inj.
have trunc m d : (m * (d %/ m) <= d)%N by rewrite mulnC leq_trunc_div.
have enough m : (0 < m)%N -> (m * dy <= d3)%N -> (dy <= d3.+1)%N.
  by move=> m0 le; apply: leq_trans (leqW le); rewrite leq_pmull.
split=> [|sp sm s] le le3.
- apply: (theorem_product_readout class inj _ (enough _ _ le3)).1 => //; apply: leq_trans le _.
  have -> a b : (4 * a * b = (2 * a) * (2 * b))%N by rewrite mulnACA mulnA.
  exact: leq_mul.
- apply: (theorem_product_readout class inj _ (enough _ _ le3)).2 s => //; apply: leq_trans le _.
  exact: leq_mul (trunc _ _) (leq_div _ _).
Qed.
