(** p units of one layer interpolate any values at p + 1 knots on a line, whichever activation of the two kinds. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements Activations.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Interpolation.
Variable F : realFieldType.
Implicit Types (m Z : nat -> F) (t : F).

(** The straight line through (m j, Z j) and (m (j+1), Z (j+1)). *)
Definition chord m Z j t : F := Z j + (Z j.+1 - Z j) * (t - m j) / (m j.+1 - m j).

(** Between the knots m 0 < m 1 < ... < m p, weighted sums of p units are all the broken lines; the units' own weights
    [a] and biases [b] do not depend on the values Z. *)
Definition interpolates (sigma : F -> F) : Prop :=
  forall m, (forall j, m j < m j.+1) -> forall p, exists (a b : nat -> F) (w : (nat -> F) -> nat -> F) (e : (nat -> F) -> F),
  forall Z j t, (j < p)%N -> m j <= t <= m j.+1 -> \sum_(l < p) w Z l * sigma (a l * t + b l) + e Z = chord m Z j t.

Section Knots.
Variable m : nat -> F.
Hypothesis m_lt : forall j, m j < m j.+1.

Lemma gap_gt0 j : 0 < m j.+1 - m j. Proof. by rewrite subr_gt0. Qed.
Lemma gap_neq0 j : m j.+1 - m j != 0. Proof. by rewrite gt_eqF ?gap_gt0. Qed.

Lemma knots_le : {homo m : i j / (i <= j)%N >-> i <= j}.
Proof. by apply: homo_leq => // [? ? ?|j]; [exact: le_trans|exact/ltW]. Qed.

Lemma chord_left Z j : chord m Z j (m j) = Z j.
Proof. by rewrite /chord subrr mulr0 mul0r addr0. Qed.

Lemma chord_right Z j : chord m Z j (m j.+1) = Z j.+1.
Proof. by rewrite /chord mulfK ?gap_neq0 // addrC subrK. Qed.

(** * Hard-tanh: unit l rises from -1 to 1 between two knots; the weights are half the rises of Z *)
Definition ramp j t := hard_tanh (2%:R / (m j.+1 - m j) * t + - (m j + m j.+1) / (m j.+1 - m j)).

Lemma ramp_from_left j t :
  2%:R / (m j.+1 - m j) * t + - (m j + m j.+1) / (m j.+1 - m j) = -1 + 2%:R * (t - m j) / (m j.+1 - m j).
Proof. by field; rewrite gap_neq0. Qed.

Lemma ramp_from_right j t :
  2%:R / (m j.+1 - m j) * t + - (m j + m j.+1) / (m j.+1 - m j) = 1 + 2%:R * (t - m j.+1) / (m j.+1 - m j).
Proof. by field; rewrite gap_neq0. Qed.

Lemma ramp_low j t : t <= m j -> ramp j t = -1.
Proof.
move=> h; rewrite /ramp ramp_from_left hard_tanh_low //.
by rewrite ger_addl pmulr_lle0 ?invr_gt0 ?gap_gt0 // pmulr_rle0 ?ltr0n // subr_le0.
Qed.

Lemma ramp_high j t : m j.+1 <= t -> ramp j t = 1.
Proof.
move=> h; rewrite /ramp ramp_from_right hard_tanh_high //.
by rewrite ler_addl !mulr_ge0 ?invr_ge0 ?ler0n ?subr_ge0 // ltW.
Qed.

Lemma ramp_in j t : m j <= t <= m j.+1 -> ramp j t = -1 + 2%:R * (t - m j) / (m j.+1 - m j).
Proof.
case/andP=> h1 h2; rewrite /ramp ramp_from_left hard_tanh_in //; apply/andP; split.
  by rewrite ler_addl !mulr_ge0 ?invr_ge0 ?ler0n ?subr_ge0 // ltW.
rewrite -ramp_from_left ramp_from_right.
by rewrite ger_addl pmulr_lle0 ?invr_gt0 ?gap_gt0 // pmulr_rle0 ?ltr0n // subr_le0.
Qed.

Definition half_rise Z j := (Z j.+1 - Z j) / 2%:R.

Lemma ramps_high Z n t : (forall j, (j < n)%N -> ramp j t = 1) ->
  \sum_(j < n) half_rise Z j * ramp j t = (Z n - Z 0%N) / 2%:R.
Proof.
elim: n => [|n IH] h; first by rewrite big_ord0 subrr mul0r.
rewrite big_ord_recr /= IH; last by move=> j lt; apply: h; apply: ltnW.
by rewrite h // /half_rise; field.
Qed.

Lemma ramps_interpolate Z p j t : (j < p)%N -> m j <= t <= m j.+1 ->
  \sum_(l < p) half_rise Z l * ramp l t + (Z 0%N + Z p) / 2%:R = chord m Z j t.
Proof.
move=> /subnKC <- h; move: (p - _)%N => d.
have -> : \sum_(l < j.+1 + d) half_rise Z l * ramp l t =
    (Z j - Z 0%N) / 2%:R + half_rise Z j * ramp j t - (Z (j.+1 + d)%N - Z j.+1) / 2%:R.
  elim: d => [|d IH].
    rewrite addn0 big_ord_recr /= ramps_high; first by rewrite subrr mul0r subr0.
    by move=> l lt; apply: ramp_high; apply: le_trans (knots_le lt) _; case/andP: h.
  rewrite addnS big_ord_recr /= IH [ramp (j.+1 + d) t]ramp_low; first by rewrite /half_rise; field.
  by case/andP: h => _ h2; apply: le_trans h2 _; apply: knots_le; exact: leq_addr.
by rewrite ramp_in // /half_rise /chord; field; rewrite gap_neq0.
Qed.

(** * ReLU-like: unit l bends at knot l; the weights are the changes of slope *)
Section ReluLike.
Variables sp sm : F.
Hypothesis slopes : 0 <= sm < sp.
Notation R := (relu_like sp sm).

Lemma sp_neq0 : sp != 0.
Proof. by case/andP: slopes => h1 h2; rewrite gt_eqF // (le_lt_trans h1 h2). Qed.

Lemma bend_neq0 : sp - sm != 0.
Proof. by case/andP: slopes => _ h; rewrite gt_eqF // subr_gt0. Qed.

Variables (Z : nat -> F) (p : nat).
Definition slope j := (Z j.+1 - Z j) / (m j.+1 - m j).

(** The first unit also makes up for what all units contribute left of their knots. *)
Definition bend j :=
  if j is i.+1 then (slope j - slope i) / (sp - sm) else (slope 0 - sm * (slope p.-1 - slope 0) / (sp - sm)) / sp.

Lemma bends n : \sum_(l < n.+1) bend l = bend 0 + (slope n - slope 0) / (sp - sm).
Proof.
elim: n => [|n IH]; first by rewrite big_ord1 subrr mul0r addr0.
by rewrite big_ord_recr /= IH /=; field; rewrite bend_neq0 sp_neq0.
Qed.

Lemma bends_left (p0 : (0 < p)%N) : sm * (\sum_(l < p) bend l) + (sp - sm) * bend 0 = slope 0.
Proof.
rewrite -[in X in _ * X](prednK p0) bends /=.
by field; rewrite bend_neq0 sp_neq0.
Qed.

Lemma bends_right j t : (sp - sm) * (\sum_(l < j.+1) bend l * (t - m l))
  = (sp - sm) * bend 0 * (t - m 0%N) + (Z j - Z 0%N) + slope j * (t - m j) - slope 0 * (t - m 0%N).
Proof.
elim: j => [|j IH]; first by rewrite big_ord1 /=; ring.
rewrite big_ord_recr mulrDr IH /=.
have -> : Z j.+1 = Z j + slope j * (m j.+1 - m j) by rewrite /slope mulfVK ?gap_neq0 // addrC subrK.
by field; rewrite sp_neq0 bend_neq0.
Qed.

Lemma relu_splits t : R t = sm * t + (sp - sm) * (if 0 <= t then t else 0).
Proof. by rewrite /relu_like; case: ifP => _; ring. Qed.

Lemma bends_interpolate j t : (j < p)%N -> m j <= t <= m j.+1 ->
  \sum_(l < p) bend l * R (1 * t + - m l) + (Z 0%N - sm * (\sum_(l < p) bend l * (m 0%N - m l))) = chord m Z j t.
Proof.
move=> jp /andP[lo hi].
have -> : \sum_(l < p) bend l * R (1 * t + - m l)
    = sm * (\sum_(l < p) bend l * (t - m l)) + (sp - sm) * (\sum_(l < j.+1) bend l * (t - m l)).
  rewrite (big_ord_widen p (fun l => bend l * (t - m l)) jp) [in X in _ + X]big_mkcond !mulr_sumr -big_split /=.
  apply: eq_bigr => l _; rewrite mul1r relu_splits subr_ge0 ltnS.
  have -> : (if m l <= t then t - m l else 0) = if (l <= j)%N then t - m l else 0.
    case: (leqP l j) => lj; first by rewrite (le_trans (knots_le lj) lo).
    case: leP => // h; apply/eqP; rewrite subr_eq0 eq_le h andbT.
    exact: le_trans hi (knots_le lj).
  by case: ifP => _; ring.
have -> : \sum_(l < p) bend l * (t - m l) = (\sum_(l < p) bend l) * (t - m 0%N) + \sum_(l < p) bend l * (m 0%N - m l).
  by rewrite mulr_suml -big_split; apply: eq_bigr => l _ /=; ring.
rewrite bends_right.
have b0 : (sp - sm) * bend 0 = slope 0 - sm * (\sum_(l < p) bend l).
  by rewrite -(bends_left (leq_ltn_trans (leq0n j) jp)); ring.
rewrite b0 /chord -/(slope j).
have -> : (Z j.+1 - Z j) * (t - m j) / (m j.+1 - m j) = slope j * (t - m j) by rewrite /slope mulrAC.
ring.
Qed.
End ReluLike.
End Knots.

Lemma hard_tanh_interpolates : interpolates (@hard_tanh F).
Proof.
move=> m m_lt p; exists (fun j => 2%:R / (m j.+1 - m j)), (fun j => - (m j + m j.+1) / (m j.+1 - m j)), half_rise.
by exists (fun Z => (Z 0%N + Z p) / 2%:R) => Z j t jp h; exact: (ramps_interpolate m_lt).
Qed.

Lemma relu_like_interpolates sp sm : 0 <= sm < sp -> interpolates (relu_like sp sm).
Proof.
move=> s m m_lt p; exists (fun=> 1), (fun j => - m j), (fun Z => bend m sp sm Z p).
exists (fun Z => Z 0%N - sm * (\sum_(l < p) bend m sp sm Z p l * (m 0%N - m l))) => Z j t jp h.
exact: (bends_interpolate m_lt s).
Qed.
End Interpolation.
