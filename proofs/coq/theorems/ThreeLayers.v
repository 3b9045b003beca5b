(** From samples on a line to samples anywhere, and from one output to several. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements Activations Interpolation Line Networks Projection.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section ThreeLayers.
Variables (F : realFieldType) (sigma : F -> F).

(** q units that read broken lines with p + 1 common knots fit any labels at p * q samples on a line. *)
Definition fits_on_line (p q : nat) : Prop :=
  forall c y : nat -> F, (forall i, c i < c i.+1) -> (forall i, `|y i| <= 1) ->
  exists (Z : nat -> nat -> F) (v : nat -> F) (e : F), forall i, (i < p * q)%N ->
  \sum_(k < q) v k * sigma (chord (knot q c) (Z k) (i %/ q) (c i.+1)) + e = y i.

(** Output a reads the units a q, ..., a q + q - 1 only. *)
Lemma sum_block q d a (f : nat -> nat -> F) : (0 < q)%N -> (a.+1 * q <= d)%N ->
  \sum_(r < d) (if (r %/ q == a)%N then f (r %/ q)%N (r %% q)%N else 0) = \sum_(k < q) f a k.
Proof.
move=> q0 le; pose g r := (if (r %/ q == a)%N then f (r %/ q)%N (r %% q)%N else 0).
rewrite -(big_mkord xpredT g) (big_cat_nat _ _ _ (leq0n (a.+1 * q)) le) /=.
have le' : (a * q <= a.+1 * q)%N by rewrite leq_mul2r leqnSn orbT.
rewrite (big_cat_nat _ _ _ (leq0n (a * q)) le') /= [X in X + _ + _]big_nat [X in _ + X]big_nat.
rewrite [X in X + _ + _]big1 => [|r /andP[_ lt]]; last by rewrite /g ltn_eqF // ltn_divLR.
rewrite [X in _ + X]big1 => [|r /andP[ge _]]; last by rewrite /g gtn_eqF // leq_divRL.
rewrite add0r addr0 -{1}[(a * q)%N]add0n big_addn mulSn addnK big_mkord.
apply: eq_bigr => k _; rewrite /g addnC divnMDl // (divn_small (ltn_ord k)) addn0 eqxx.
by rewrite modnMDl modn_small.
Qed.

Lemma three_layers N dx dy d1 d2 q (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy) :
  interpolates sigma -> fits_on_line d1 q -> (0 < q)%N -> (dy * q <= d2)%N -> (N <= d1 * q)%N -> injective x ->
  fits sigma [:: d1; d2] x y.
Proof.
move=> interp line q0 le2 le inj; apply: fits_scaled => {}y y_le1.
have [N0|N0] := posnP N; first by exists (0, 0, (0, 0, (0, 0))) => - [i lt]; exfalso; rewrite N0 in lt.
have [u uinj] := projection inj.
have [c [pos [c_lt pos_inj pos_lt c_pos]]] := sorted_line N0 uinj.
pose label a n : F := if [pick i | pos i == n] is Some i then (if insub a is Some a' then y i a' 0 else 0) else 0.
have label_le1 a n : `|label a n| <= 1.
  rewrite /label; case: pickP => [i _|_]; last by rewrite normr0 ler01.
  by case: insub => [a'|]; rewrite ?normr0 ?ler01.
have labelE i (a : 'I_dy) : label a (pos i) = y i a 0.
  by rewrite /label valK; case: pickP => [j /eqP/pos_inj->//|/(_ i)]; rewrite eqxx.
pose good a (t : (nat -> nat -> F) * (nat -> F) * F) := forall i, (i < d1 * q)%N ->
  \sum_(k < q) t.1.2 k * sigma (chord (knot q c) (t.1.1 k) (i %/ q) (c i.+1)) + t.2 = label a i.
have [a lt|g hg] := @nat_choice dy _ (fun=> fun=> 0, fun=> 0, 0) good.
  by have [Z [v [e h]]] := line _ _ c_lt (label_le1 a); exists (Z, v, e).
pose m := knot q c.
have [A [B [w [e h]]]] := interp m (knot_lt q0 c_lt) d1.
pose w1 : 'M[F]_(d1, dx) := \matrix_(j, l) (A j * u 0 l); pose b1 : 'cV[F]_d1 := \col_j B j.
pose w2 : 'M[F]_(d2, d1) := \matrix_(r, j) w ((g (r %/ q)%N).1.1 (r %% q)%N) j.
pose b2 : 'cV[F]_d2 := \col_r e ((g (r %/ q)%N).1.1 (r %% q)%N).
pose w3 : 'M[F]_(dy, d2) := \matrix_(a, r) (if (r %/ q == a)%N then (g a).1.2 (r %% q)%N else 0).
pose b3 : 'cV[F]_dy := \col_a (g a).2.
exists (w1, b1, (w2, b2, (w3, b3))) => i /=.
set h1 := map_mx sigma (w1 *m x i + b1); set h2 := map_mx sigma (w2 *m h1 + b2).
have posq : (pos i %/ q < d1)%N by rewrite ltn_divLR // (leq_trans (pos_lt i)).
have h1E j : h1 j 0 = sigma (A j * c (pos i).+1 + B j).
  by rewrite c_pos !mxE mulr_sumr; congr (sigma (_ + _)); apply: eq_bigr => l _; rewrite !mxE mulrA.
have h2E r : h2 r 0 = sigma (chord m ((g (r %/ q)%N).1.1 (r %% q)%N) (pos i %/ q) (c (pos i).+1)).
  rewrite -h //; last first.
    have := knot_sample c_lt (pos i %/ q) (ltn_pmod (pos i) q0).
    by rewrite -divn_eq => /andP[/ltW lo /ltW hi]; rewrite lo hi.
  rewrite mxE mxE mxE [b2 _ _]mxE; congr (sigma (_ + _)).
  by apply: eq_bigr => l _; rewrite h1E mxE.
apply/matrixP => a b; rewrite ord1 {b} mxE mxE [b3 _ _]mxE.
pose f a k := (g a).1.2 k * sigma (chord m ((g a).1.1 k) (pos i %/ q) (c (pos i).+1)).
under eq_bigr => r _.
  rewrite h2E mxE (_ : _ * _ = if (r %/ q == a)%N then f (r %/ q)%N (r %% q)%N else 0); first over.
  by rewrite /f; case: eqP => [->|_] //; rewrite mul0r.
rewrite (sum_block f q0); last by apply: leq_trans le2; rewrite leq_mul2r ltn_ord orbT.
by rewrite -labelE -(hg a (ltn_ord a)) // (leq_trans (pos_lt i)).
Qed.
End ThreeLayers.
