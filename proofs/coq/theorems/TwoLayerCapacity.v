(** The exact capacity of two-layer networks with one output. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify.
From Theorems Require Import Statements Activations Theorem33 TwoLayers TwoRelus TwoLayerHardTanh TwoLayerReluLike.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem capacity_of_two_layers : Capacity_of_two_layers.
Proof.
move=> F N dx d1 dx0 d0 /=; split=> [|sp sm slopes]; split=> [all|le x y inj].
- rewrite leqNgt; apply/negP => lt.
  have [u|x [y [inj _ no]]] := @alternating_dataset F (@hard_tanh F) N dx [:: d1] dx0; last exact: no (all x y inj).
  exact: hard_tanh_alternating d0 lt.
- exact: two_layer_hard_tanh.
- have most : (N <= d1 + 2)%N by have := capacity_at_most (relu_like_pieces sp sm) dx0 all; rewrite big_seq1; lia.
  rewrite /relu_like_capacity; case: ifP => // few.
  suff : N != (d1 + 2)%N by move: most; lia.
  apply/eqP => e; pose u : 'cV[F]_dx := delta_mx (Ordinal dx0) 0.
  have inj : injective (fun i : 'I_N => 0 + (i%:R : F) *: u).
    move=> i j /matrixP/(_ (Ordinal dx0) 0); rewrite !mxE !eqxx !mulr1 !add0r => /eqP.
    by rewrite eqr_nat => /eqP/val_inj.
  have lt i : i%:R < i.+1%:R :> F by rewrite ltr_nat.
  have [d1e|d1e] : d1 = 1%N \/ d1 = 2%N by move: few d0; case: (d1) => [|[|[|n]]] //; [left|right].
    subst d1; subst N; apply: (@one_relu_like F sp sm dx 0 u (fun i => i%:R)) (all _ _ inj) => //.
    by rewrite !lt.
  have sm0 : sm = 0.
    by move: few slopes; rewrite d1e /= => /negbT; rewrite -leNgt => sm0 /andP[ge _]; apply: le_anti; rewrite sm0.
  subst d1; subst N; subst sm; case/andP: slopes => _ sp0.
  exact: (@two_relus F sp dx 0 u (fun i => i%:R)) (all _ _ inj).
- exact: two_layer_relu_like.
Qed.
