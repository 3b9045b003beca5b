(** Networks with one input, one hidden layer and one output, and what they say about samples anywhere. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements Networks Projection.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section LineNetworks.
Variables (F : realFieldType) (sigma : F -> F).

(** The function g is a network with d units. *)
Definition units d (g : F -> F) : Prop :=
  exists net : network F 1 [:: d] 1, forall t, eval sigma net t%:M = (g t)%:M.

Lemma units_ext d f g : f =1 g -> units d f -> units d g.
Proof. by move=> e [net h]; exists net => t; rewrite h e. Qed.

Lemma units_constant (c : F) : units 0 (fun=> c).
Proof. by exists (0, 0, (0, c%:M)) => t /=; rewrite mul0mx add0r. Qed.

Lemma units_one (v a b : F) : units 1 (fun t => v * sigma (a * t + b)).
Proof.
exists (a%:M, b%:M, (v%:M, 0)) => t /=; rewrite addr0; apply/matrixP => i j.
by rewrite !ord1 !mxE big_ord1 !mxE big_ord1 !mxE !eqxx !mulr1n.
Qed.

Lemma units_add d e f g : units d f -> units e g -> units (d + e) (fun t => f t + g t).
Proof.
move=> [net1 h1] [net2 h2]; have [net h] := side_by_side sigma net1 net2; exists net => t.
by rewrite h h1 h2 raddfD.
Qed.

Lemma units_opp d f : units d f -> units d (fun t => - f t).
Proof.
move=> [net h]; have [net' h'] := postcompose sigma net (-1)%:M 0; exists net' => t.
by rewrite h' h addr0 -scalar_mxM mulN1r.
Qed.

(** It is enough to fit samples on a line. *)
Lemma fits_from_line d N dx (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_1) : injective x ->
  (forall c z : nat -> F, (forall i, c i < c i.+1) -> exists2 g, units d g & forall i, (i < N)%N -> g (c i) = z i) ->
  fits sigma [:: d] x y.
Proof.
move=> inj line; have [N0|N0] := posnP N.
  by exists (0, 0, (0, 0)) => - [i lt]; exfalso; rewrite N0 in lt.
have [u uinj] := projection inj.
have [c [pos [c_lt pos_inj pos_lt c_pos]]] := sorted_line N0 uinj.
pose z n := if [pick i | pos i == n] is Some i then y i 0 0 else 0.
have zE i : z (pos i) = y i 0 0 by rewrite /z; case: pickP => [j /eqP/pos_inj->//|/(_ i)]; rewrite eqxx.
have [g [net h] fit] := line (fun i => c i.+1) z (fun i => c_lt i.+1).
have [net' h'] := precompose sigma net u 0; exists net' => i.
rewrite h' addr0 [u *m x i]mx11_scalar -c_pos h fit // zE.
by rewrite -mx11_scalar.
Qed.
End LineNetworks.
