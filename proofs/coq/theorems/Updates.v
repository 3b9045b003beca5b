(** How networks near a minimum and the steps of Theorem 5.1 change: one layer, and an epoch. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Theorems Require Import Statements.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem layer_recursion : Layer_recursion.
Proof.
move=> F sigma m n W Delta b delta J a change old new h.
have diff : new - old = Delta *m a + delta + (W + Delta) *m change.
  rewrite /new /old mulmxDr (mulmxDl W Delta a); move: (W *m a) (Delta *m a) ((W + Delta) *m change) => X Y Z.
  by rewrite -[X + Y + Z]addrA addrACA addrC addKr addrAC.
by clearbody old new; apply/colP => j; rewrite -diff mul_diag_mx !mxE; exact: h.
Qed.

Theorem unrolled_updates : Unrolled_updates.
Proof.
move=> F n A z xi eta step; elim=> [|E IH]; first by rewrite big_ord0 scaler0 subr0 mul1mx.
rewrite big_ord_recr /= ltnn mul1mx step IH mulmxBr mulmxA -scalemxAr mulmx_sumr scalerDr opprD addrA.
congr (_ - eta *: _ - _); apply: eq_bigr => t _.
by rewrite ltn_ord mulmxA.
Qed.
