(** The construction of Appendix B as printed: layer 1, equation (7), a large multiple of the null vector. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Activations Interpolation Line LemmaB1 Product.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Construction.
Variables (F : realFieldType) (p q : nat) (c y : nat -> F).
Hypotheses (q_gt0 : (0 < q)%N) (c_lt : forall i, c i < c i.+1) (y_le1 : forall i, `|y i| <= 1).
Notation m := (knot q c).
Notation a := (layer_1 q c).

Lemma hard_tanh_sign l (t : F) : hard_tanh ((-1) ^+ l * t) = (-1) ^+ l * hard_tanh t.
Proof.
rewrite -signr_odd; case: (odd l); rewrite ?expr1 ?expr0 ?mul1r ?mulN1r //.
have [le|gt] := leP t (-1); first by rewrite hard_tanh_high ?[hard_tanh t]hard_tanh_low ?opprK // ler_oppr.
have [ge|lt] := leP 1 t; first by rewrite hard_tanh_low ?[hard_tanh t]hard_tanh_high // ler_opp2.
by rewrite !hard_tanh_in ?ler_opp2 ?(ltW lt) ?(ltW gt) // ler_oppl (ltW gt).
Qed.

Lemma layer_1_ramp l i : a l i = (-1) ^+ l * ramp m l (c i.+1).
Proof.
rewrite /layer_1 /ramp -hard_tanh_sign; congr hard_tanh.
have h := knot_lt q_gt0 c_lt l; rewrite -subr_gt0 in h.
have e : c (l.+1 * q)%N + c (l.+1 * q).+1 - c (l * q)%N - c (l * q).+1 = 2%:R * (m l.+1 - m l).
  by rewrite /knot; field.
have s : c (l.+1 * q)%N + c (l.+1 * q).+1 + c (l * q)%N + c (l * q).+1 = 2%:R * (m l + m l.+1).
  by rewrite /knot; field.
rewrite /printed_weight /printed_bias e s; move: ((-1) ^+ l) (m l) (m l.+1) h => sign u v h; field.
by rewrite gt_eqF.
Qed.

(** Samples in block j: units before clip them on one side, units behind on the other. *)
Lemma layer_1_before j r l : (r < q)%N -> (l < j)%N -> a l (j * q + r) = (-1) ^+ l.
Proof.
move=> rq lj; rewrite layer_1_ramp ramp_high ?mulr1 //; first exact: knot_lt.
apply: le_trans (knots_le (knot_lt q_gt0 c_lt) lj) _; apply: ltW.
by case/andP: (knot_sample c_lt j rq).
Qed.

Lemma layer_1_behind j r l : (r < q)%N -> (j < l)%N -> a l (j * q + r) = - (-1) ^+ l.
Proof.
move=> rq jl; rewrite layer_1_ramp ramp_low ?mulrN1 //; first exact: knot_lt.
apply: le_trans (knots_le (knot_lt q_gt0 c_lt) jl); apply: ltW.
by case/andP: (knot_sample c_lt j rq).
Qed.

Lemma layer_1_inside j r : (r < q)%N ->
  a j (j * q + r) = (-1) ^+ j * (-1 + 2%:R * (c (j * q + r).+1 - m j) / (m j.+1 - m j)).
Proof.
move=> rq; rewrite layer_1_ramp ramp_in //; first exact: knot_lt.
by case/andP: (knot_sample c_lt j rq) => /ltW-> /ltW->.
Qed.

Lemma passed_place k j : (k < q)%N -> passed q k j = (j * q + place q j k)%N.
Proof. by rewrite /passed /place; case: (odd j) => // kq; rewrite mulSn; nia. Qed.

Lemma layer_1_in k j : (k < q)%N -> -1 < a j (passed q k j) < 1.
Proof.
move=> kq; rewrite passed_place // layer_1_inside ?place_lt //; set t := c _.
have := knot_sample c_lt j (place_lt q_gt0 j kq); rewrite -/t => /andP[lo hi].
have g : 0 < m j.+1 - m j by rewrite subr_gt0; exact: lt_trans lo hi.
have b : -1 < -1 + 2%:R * (t - m j) / (m j.+1 - m j) < 1.
  apply/andP; split; first by rewrite ltr_addl divr_gt0 // mulr_gt0 ?ltr0n // subr_gt0.
  rewrite -ltr_subr_addl opprK -[1 + 1]/(2%:R) ltr_pdivr_mulr // ltr_pmul2l ?ltr0n // ltr_add2r.
  exact: hi.
rewrite -signr_odd; case: (odd j); rewrite ?expr1 ?expr0 ?mul1r // mulN1r.
by case/andP: b => b1 b2; rewrite ltr_opp2 b2 ltr_oppl b1.
Qed.

Lemma M_7_is_M_B_1 k : (k < q)%N -> M_7 p q c k = M_B_1 p (fun j => a j (passed q k j)).
Proof.
move=> kq; apply/matrixP => j l; rewrite !mxE; case: ifP => // _.
case: ltngtP => [lj|jl|->] //; rewrite passed_place //.
- by rewrite layer_1_before ?place_lt.
- by rewrite layer_1_behind ?place_lt.
Qed.

Lemma solvable k : (k < q)%N -> (exists mu, M_7 p q c k *m mu = \col_j y (passed q k j)) /\
  (exists nu : 'cV_p.+1, M_7 p q c k *m nu = 0 /\ forall l : 'I_p.+1, (l < p)%N -> 0 < nu l 0).
Proof.
move=> kq; rewrite M_7_is_M_B_1 //; have inside j := layer_1_in j kq.
have [rank null _] := @lemma_B_1 F p _ inside; split=> //.
have free : row_free (M_B_1 p (fun j => a j (passed q k j))) by apply/eqP.
have := mulmxVp free; rewrite -/(row_free _) in free.
by move=> inverse; exists (pinvmx (M_B_1 p (fun j => a j (passed q k j))) *m \col_j y (passed q k j)); rewrite mulmxA inverse mul1mx.
Qed.

Lemma hidden_sum (w : 'cV[F]_p.+1) i : layer_2 q c w i = hard_tanh (\sum_(l < p) w (lift ord_max l) 0 * a l i + w ord_max 0).
Proof. by []. Qed.

Lemma lift_last (l : 'I_p) : lift ord_max l = l :> nat.
Proof. by rewrite /= /bump leqNgt ltn_ord. Qed.

(** Within a block only one unit of layer 1 changes, and it is affine. *)
Lemma unit_2 k j r (w : 'cV[F]_p.+1) (label : F) : (k < q)%N -> (r < q)%N -> forall jp : (j < p)%N,
  (M_7 p q c k *m w) (Ordinal jp) 0 = label ->
  \sum_(l < p) w (lift ord_max l) 0 * a l (j * q + r) + w ord_max 0
  = label + (-1) ^+ j * (w (lift ord_max (Ordinal jp)) 0 * 2%:R / (m j.+1 - m j))
    * (c (j * q + r).+1 - c (j * q + place q j k).+1).
Proof.
move=> kq rq jp <-; rewrite mxE big_ord_recr /= mxE eqxx mul1r.
have -> : \sum_(l < p) M_7 p q c k (Ordinal jp) (widen_ord (leqnSn p) l) * w (widen_ord (leqnSn p) l) 0
    = \sum_(l < p) w (lift ord_max l) 0 * a l (j * q + place q j k).
  apply: eq_bigr => l _; rewrite mxE /= ltn_eqF // mulrC -passed_place //.
  by congr (w _ 0 * _); apply: val_inj; rewrite /= /bump leqNgt ltn_ord.
rewrite (bigD1 (Ordinal jp)) //= [in RHS](bigD1 (Ordinal jp)) //=.
have -> : \sum_(l < p | l != Ordinal jp) w (lift ord_max l) 0 * a l (j * q + r)
    = \sum_(l < p | l != Ordinal jp) w (lift ord_max l) 0 * a l (j * q + place q j k).
  apply: eq_bigr => l; rewrite -val_eqE /= => ne; congr (_ * _).
  case: (ltngtP l j) ne => // h _; first by rewrite !layer_1_before ?place_lt.
  by rewrite !layer_1_behind ?place_lt.
have g : m j.+1 - m j != 0 by rewrite gt_eqF // subr_gt0 knot_lt.
rewrite !layer_1_inside ?place_lt //; move: ((-1) ^+ j) (\sum_(l < p | _) _) => s rest.
by field.
Qed.
End Construction.

Theorem printed_construction : Printed_construction.
Proof.
move=> F p q c y c_lt y_in; have y_le1 i : `|y i| <= 1 by rewrite ler_norml.
have [->|q0] := posnP q; first by split=> // mu nu _; exists 0 => alpha _ i; rewrite muln0.
split=> [k kq|mu nu sol]; first exact: solvable.
pose st := steep p q c; pose gap j := knot q c j.+1 - knot q c j.
pose bound k (j : 'I_p) := `|mu k (lift ord_max j) 0| / nu k (lift ord_max j) 0
  + `|st * gap j / 2%:R / nu k (lift ord_max j) 0|.
exists (\sum_(k < q) \sum_(j < p) `|bound k j|) => alpha large i lt.
have jp : (i %/ q < p)%N by rewrite ltn_divLR.
have rq : (i %% q < q)%N by rewrite ltn_mod.
apply/eqP; rewrite subr_eq; apply/eqP.
pose w k : 'cV[F]_p.+1 := mu k + ((-1) ^+ k * alpha) *: nu k.
pose z k := \sum_(l < p) w k (lift ord_max l) 0 * layer_1 q c l i + w k ord_max 0.
apply: (hard_tanh_sum (w := z) (place_lt q0 (i %/ q) rq) (y_le1 i)) => k kq.
have [solves [null positive]] := sol k kq.
have label : (M_7 p q c k *m w k) (Ordinal jp) 0 = y (i %/ q * q + place q (i %/ q) k)%N.
  by rewrite /w mulmxDr -scalemxAr null scaler0 addr0 solves mxE passed_place.
have := unit_2 q0 c_lt kq rq label; rewrite -divn_eq -/(z k) => ->.
set jj := Ordinal jp; set u := lift ord_max jj; set j := (i %/ q)%N.
have nu0 : 0 < nu k u 0 by apply: positive; rewrite lift_last.
have g0 : 0 < gap j by rewrite subr_gt0 knot_lt.
pose sl := (alpha * nu k u 0 + (-1) ^+ k * mu k u 0) * 2%:R / gap j.
have -> : (-1) ^+ j * (w k u 0 * 2%:R / (knot q c j.+1 - knot q c j)) * (c i.+1 - c (j * q + place q j k).+1)
    = (-1) ^+ (odd k (+) odd j) * (sl * (c i.+1 - c (j * q + place q j k).+1)).
  rewrite !mxE -/(gap j) signr_addb !signr_odd /sl.
  have kk : (-1) ^+ k * (-1) ^+ k = 1 :> F by rewrite -exprD addnn -muln2 exprM sqrr_sign.
  move: ((-1) ^+ k) ((-1) ^+ j) (gap j) g0 (c _ - c _) (mu k u 0) (nu k u 0) kk => s s' g g0 d x v kk.
  have xx : x = s * s * x by rewrite kk mul1r.
  rewrite [in LHS]xx; ring.
have := @steep_clipped F p q c y q0 c_lt y_le1 j (i %% q) k sl jp rq kq.
rewrite -divn_eq /clipped; apply.
rewrite -/st /sl ler_pdivl_mulr // -ler_pdivr_mulr ?ltr0n //.
have enough : bound k jj <= alpha.
  apply: le_trans large; apply: le_trans (ler_norm _) _.
  rewrite (bigD1 (Ordinal kq)) //= (bigD1 jj) //= -addrA ler_addl.
  by apply: addr_ge0; rewrite ?sumr_ge0 // => k' _; rewrite sumr_ge0.
rewrite /bound -/u -(ler_pmul2r nu0) mulrDl divfK ?gt_eqF // -[X in _ + _ * X](gtr0_norm nu0) -normrM in enough.
rewrite divfK ?gt_eqF // in enough.
have above : - `|mu k u 0| <= (-1) ^+ k * mu k u 0.
  have := lerNnormlW (lexx `|(-1) ^+ k * mu k u 0|); by rewrite normrM normrX normrN1 expr1n mul1r.
apply: le_trans (ler_norm _) _.
by apply: le_trans (ler_add enough above); rewrite addrAC subrr add0r.
Qed.
