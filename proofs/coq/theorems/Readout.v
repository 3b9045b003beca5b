(** One hidden layer reads a number off and gives any vectors in return: read-outs, and theorem [folklore]. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements Activations Interpolation Networks Projection Product.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Readout.
Variables (F : realFieldType) (sigma : F -> F).
Hypothesis interp : interpolates sigma.

(** n units turn the numbers m 0 < ... < m n into any vectors. *)
Lemma readout n dy (m : nat -> F) (Z : nat -> 'cV[F]_dy) : (forall j, m j < m j.+1) ->
  exists net : network F 1 [:: n] dy, forall j, (j <= n)%N -> eval sigma net (m j)%:M = Z j.
Proof.
move=> m_lt; have [A [B [w [e h]]]] := interp m_lt n.
case: n h => [|n] h; first by exists (0, 0, (0, Z 0%N)) => j; rewrite leqn0 => /eqP-> /=; rewrite mul0mx add0r.
pose z (a : 'I_dy) k := Z k a 0.
exists (\col_j A j, \col_j B j, (\matrix_(a, j) w (z a) j, \col_a e (z a))) => j le /=.
have [i [lt inside at_j]] : exists i,
    [/\ (i < n.+1)%N, m i <= m j <= m i.+1 & forall a, chord m (z a) i (m j) = z a j].
  move: le; rewrite leq_eqVlt => /orP[/eqP->|lt].
    by exists n; split=> // [|a]; rewrite ?lexx ?ltW // chord_right.
  by exists j; split=> // [|a]; rewrite ?lexx ?ltW // chord_left.
apply/matrixP => a b; rewrite ord1 -[RHS](at_j a) -h // !mxE; congr (_ + _).
by apply: eq_bigr => l _; rewrite !mxE big_ord1 !mxE.
Qed.

Lemma folklore N dx dy d1 (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy) :
  injective x -> (N <= d1.+1)%N -> fits sigma [:: d1] x y.
Proof.
move=> inj le; have [N0|N0] := posnP N.
  by exists (0, 0, (0, 0)) => - [i lt]; exfalso; rewrite N0 in lt.
have [u uinj] := projection inj.
have [c [pos [c_lt pos_inj pos_lt c_pos]]] := sorted_line N0 uinj.
pose Z n := if [pick i | pos i == n] is Some i then y i else 0.
have ZE i : Z (pos i) = y i by rewrite /Z; case: pickP => [j /eqP/pos_inj->//|/(_ i)]; rewrite eqxx.
have [net h] := readout d1 Z (fun j => c_lt j.+1).
have [net' h'] := precompose sigma net u 0; exists net' => i.
rewrite h' addr0 -ZE -h; last by rewrite -ltnS (leq_trans (pos_lt i)).
by rewrite c_pos -mx11_scalar.
Qed.

(** Classes 0, 1, 2, ... are fitted as numbers, and read off by d_y - 1 units. *)
Lemma coded N dx dy ds d (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy) : (dy <= d.+1)%N ->
  fits sigma ds x (fun i => (class i)%:R%:M : 'cV[F]_1) -> fits sigma (rcons ds d) x (one_hot F class).
Proof.
move=> le [net h].
have lt n : (n%:R : F) < n.+1%:R by rewrite ltr_nat.
have [net' h'] := readout d (fun n => \col_(a < dy) (a == n :> nat)%:R) lt.
have [both e] := compose sigma net net'; rewrite -cats1; exists both => i.
by rewrite e h h' // -ltnS (leq_trans (ltn_ord (class i))).
Qed.
End Readout.

Theorem theorem_folklore : Theorem_folklore.
Proof.
by move=> F N dx dy d1 x y inj le; split=> [|sp sm s]; apply: folklore le => //;
  [exact: hard_tanh_interpolates|exact: relu_like_interpolates].
Qed.

Theorem theorem_product_readout : Theorem_product_readout.
Proof.
move=> F N dx dy d1 d2 d3 x class inj le le3; rewrite -[d2]divn1 in le.
have [hard relu] := theorem_product (fun i => (class i)%:R%:M : 'cV[F]_1) inj le.
split=> [|sp sm s].
- exact: (coded (@hard_tanh_interpolates F) le3 hard).
- exact: (coded (relu_like_interpolates s) le3 (relu sp sm s)).
Qed.
