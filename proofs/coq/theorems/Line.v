(** p * q samples on a line: q broken lines, each of which passes through one sample of every block of q samples and is
    beyond 1 or -1 at all others, on alternating sides. This is the heart of Theorem 3.1. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements Activations Interpolation.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** The values at the knots follow from a recurrence; a large last value makes all slopes large. *)
Section Recurrence.
Variable F : realFieldType.
Variables u v eta : nat -> F.
Hypotheses (u_gt0 : forall j, 0 < u j) (v_gt0 : forall j, 0 < v j) (eta_le1 : forall j, `|eta j| <= 1).

Fixpoint knot_values (z0 : F) n :=
  if n is n'.+1 then (knot_values z0 n' + eta n') / u n' * v n' + eta n' else z0.

Lemma steep_values (K B : F) n :
  exists z0, (forall j, (j < n)%N -> K <= (knot_values z0 j + eta j) / u j) /\ B <= knot_values z0 n.
Proof.
elim: n B => [|n IH] B; first by exists B.
pose K' := Num.max K ((B + 1) / v n).
have [z0 [h hB]] := IH (1 + K' * u n); exists z0.
have steep : K' <= (knot_values z0 n + eta n) / u n.
  rewrite ler_pdivl_mulr // -ler_subl_addr; apply: le_trans hB.
  by rewrite addrC ler_add2r; move: (eta_le1 n); rewrite ler_norml ler_oppl => /andP[].
split=> [j|] /=.
- rewrite ltnS leq_eqVlt => /predU1P[->|]; last exact: h.
  by apply: le_trans steep; rewrite /K' le_maxr lexx.
- have h2 : (B + 1) / v n <= (knot_values z0 n + eta n) / u n.
    by apply: le_trans steep; rewrite /K' le_maxr lexx orbT.
  rewrite ler_pdivr_mulr // in h2.
  move: (eta_le1 n); rewrite ler_norml => /andP[lo _].
  by apply: le_trans (ler_add h2 lo); rewrite addrK.
Qed.
End Recurrence.

Section Line.
Variables (F : realFieldType) (p q : nat) (c y : nat -> F).
Hypotheses (q_gt0 : (0 < q)%N) (c_lt : forall i, c i < c i.+1) (y_le1 : forall i, `|y i| <= 1).

(** Sample i is at c i.+1; c 0 lies left of all samples. Knots are the midpoints between blocks. *)
Definition knot j := (c (j * q)%N + c (j * q).+1) / 2%:R.

Lemma c_le : {homo c : i j / (i <= j)%N >-> i <= j}.
Proof. by apply: homo_leq => // [? ? ?|j]; [exact: le_trans|exact/ltW]. Qed.

Lemma half_lt (a b : F) : a < b -> a < (a + b) / 2%:R < b.
Proof. by move=> h; rewrite !(midf_lt h). Qed.

Lemma knot_after j : knot j < c (j * q).+1.
Proof. by case/andP: (half_lt (c_lt (j * q))). Qed.

Lemma knot_before j : c (j.+1 * q)%N < knot j.+1.
Proof. by case/andP: (half_lt (c_lt (j.+1 * q))). Qed.

Lemma knot_sample j r : (r < q)%N -> knot j < c (j * q + r).+1 < knot j.+1.
Proof.
move=> lt; apply/andP; split.
- by apply: lt_le_trans (knot_after j) _; apply: c_le; rewrite ltnS leq_addr.
- by apply: le_lt_trans (knot_before j); apply: c_le; rewrite mulSn -addnS addnC leq_add2r.
Qed.

Lemma knot_lt j : knot j < knot j.+1.
Proof. by case/andP: (knot_sample j q_gt0); exact: lt_trans. Qed.

(** Which sample of block j, counted in the block, function k passes: forwards and backwards in turn. It is also which
    function passes sample k of block j. *)
Definition place j k := if odd j then (q.-1 - k)%N else k.

Lemma place_lt j k : (k < q)%N -> (place j k < q)%N.
Proof.
rewrite /place; case: (odd j) => // _.
by apply: leq_ltn_trans (leq_subr _ _) _; rewrite prednK.
Qed.

Lemma placeK j k : (k < q)%N -> place j (place j k) = k.
Proof. by rewrite /place; case: (odd j) => // lt; rewrite subKn // -ltnS prednK. Qed.

Lemma place_lt_mono j k r : (k < q)%N -> (r < q)%N ->
  (k < place j r)%N = (if odd j then r < place j k else place j k < r)%N.
Proof. by rewrite /place; case: (odd j) => // kq rq; rewrite !ltn_subRL addnC. Qed.

(** A slope that is enough to get from the label to beyond 1 within the smallest distance of samples *)
Definition steep := \sum_(i < (p * q).+1) 2%:R / (c i.+1 - c i).

Lemma steep_ge i (x S : F) : (i <= p * q)%N -> c i.+1 - c i <= x -> steep <= S -> 2%:R <= S * x.
Proof.
move=> lt hx hS.
have pos l : 0 < c l.+1 - c l by rewrite subr_gt0.
have h : 2%:R / (c i.+1 - c i) <= S.
  apply: le_trans hS; rewrite /steep (bigD1 (Ordinal (lt : (i < (p * q).+1)%N))) //= ler_addl.
  by apply: sumr_ge0 => l _; rewrite divr_ge0 ?ler0n // ltW.
rewrite ler_pdivr_mulr // in h; apply: le_trans h _; rewrite ler_wpmul2l //.
by apply: le_trans hS; apply: sumr_ge0 => l _; rewrite divr_ge0 ?ler0n // ltW.
Qed.

Lemma beyond (b : bool) (label S : F) : `|label| <= 1 -> 2%:R <= S ->
  1 <= (-1) ^+ b * (label + (-1) ^+ b * S).
Proof.
rewrite ler_norml => /andP[lo hi] hS; rewrite mulrDr signrMK.
have h : - 1 <= (-1) ^+ b * label by case: b; rewrite ?expr1 ?expr0 ?mulN1r ?mul1r // ler_oppr opprK.
by apply: le_trans (ler_add h hS); rewrite addrC -ler_subl_addr opprK.
Qed.

Lemma beyond_other (b : bool) (label S : F) : `|label| <= 1 -> 2%:R <= S ->
  (-1) ^+ b * (label + (-1) ^+ (~~ b) * S) <= -1.
Proof.
move=> h hS; rewrite -ler_opp2 opprK; have := beyond (~~ b) h hS.
by case: b; rewrite /= ?expr0 ?expr1 ?mulN1r ?mul1r ?opprK.
Qed.

(** At sample r of block j, [w] is the label if function k passes it, and beyond 1 or -1 if not; which of the two
    depends on k only and on whether k comes before the function that passes the sample. *)
Definition clipped (w label : F) j k r : Prop :=
  if k == place j r then w = label
  else if (k < place j r)%N then 1 <= (-1) ^+ k * w else (-1) ^+ k * w <= -1.

(** A line through the label that is steep enough *)
Lemma steep_clipped j r k sl : (j < p)%N -> (r < q)%N -> (k < q)%N -> steep <= sl ->
  let i := (j * q + place j k)%N in
  clipped (y i + (-1) ^+ (odd k (+) odd j) * (sl * (c (j * q + r).+1 - c i.+1))) (y (j * q + r)%N) j k r.
Proof.
move=> jp rq kq hK; pose mem j := (j * q + place j k)%N; rewrite -/(mem j) /=; set t := c _.+1.
rewrite /clipped; have [e|ne] := eqVneq k (place j r).
  have er : r = place j k by rewrite e placeK.
  have em : mem j = (j * q + r)%N by rewrite /mem -er.
  by rewrite em /t subrr !mulr0 addr0.
have inside l : (l < q)%N -> ((j * q + l).+1 <= p * q)%N.
  move=> lq; apply: leq_trans (_ : j.+1 * q <= _)%N; last by rewrite leq_mul2r jp orbT.
  by rewrite mulSn -addnS addnC leq_add2r.
have nr : r != place j k by apply: contra ne => /eqP->; rewrite placeK.
rewrite (place_lt_mono j kq rq) -[(-1) ^+ k]signr_odd.
move: nr; rewrite neq_ltn => /orP[lt|lt].
- have far : 2%:R <= sl * (c (mem j).+1 - t).
    apply: (steep_ge (inside _ rq)) => //; rewrite ler_add2r; apply: c_le.
    by rewrite ltnS -addnS leq_add2l.
  have -> : (-1) ^+ (odd k (+) odd j) * (sl * (t - c (mem j).+1))
      = (-1) ^+ (~~ (odd k (+) odd j)) * (sl * (c (mem j).+1 - t)).
    by case: (_ (+) _); rewrite /= ?expr0 ?expr1; ring.
  rewrite lt [(_ < r)%N]ltnNge (ltnW lt) /=.
  by case: (odd j); rewrite ?addbT ?addbF ?negbK; [exact: beyond|exact: beyond_other].
- have far : 2%:R <= sl * (t - c (mem j).+1).
    apply: (steep_ge (inside _ (place_lt j kq))) => //; rewrite ler_add2r; apply: c_le.
    by rewrite ltnS -addnS leq_add2l.
  rewrite lt [(r < _)%N]ltnNge (ltnW lt) /=.
  by case: (odd j); rewrite ?addbT ?addbF; [exact: beyond_other|exact: beyond].
Qed.

(** Function k, and on which sides of 1 and -1 it is at both ends *)
Lemma broken_line_ends k : (k < q)%N -> exists Z : nat -> F,
  [/\ forall j r, (j < p)%N -> (r < q)%N -> clipped (chord knot Z j (c (j * q + r).+1)) (y (j * q + r)%N) j k r,
      (-1) ^+ k * Z 0%N <= -1 & (-1) ^+ k * ((-1) ^+ p * Z p) <= -1].
Proof.
move=> kq; pose s j := odd k (+) odd j; pose mem j := (j * q + place j k)%N.
pose u j := c (mem j).+1 - knot j; pose v j := knot j.+1 - c (mem j).+1; pose eta j := (-1) ^+ s j * y (mem j).
have u_gt0 j : 0 < u j by rewrite subr_gt0; case/andP: (knot_sample j (place_lt j kq)).
have v_gt0 j : 0 < v j by rewrite subr_gt0; case/andP: (knot_sample j (place_lt j kq)).
have eta_le1 j : `|eta j| <= 1 by rewrite normrM normrX normrN1 expr1n mul1r.
have [z0 [hS hp]] := steep_values u_gt0 v_gt0 eta_le1 (Num.max steep (2%:R / u 0%N)) 1 p.
pose z := knot_values u v eta z0; pose sl j := (z j + eta j) / u j.
have h0 : 1 <= z0.
  case: (posnP p) hp => [->|p0 _] //; have := hS 0%N p0; rewrite le_maxl => /andP[_].
  rewrite ler_pmul2r ?invr_gt0 //= -ler_subl_addr; apply: le_trans.
  rewrite ler_subr_addr -[2%:R]/(1 + 1) ler_add2l; move: (eta_le1 0%N); rewrite ler_norml => /andP[_].
  by [].
exists (fun j => - (-1) ^+ s j * z j); split=> [j r jp rq||].
- set t := c _.
  have -> : chord knot (fun j => - (-1) ^+ s j * z j) j t = y (mem j) + (-1) ^+ s j * (sl j * (t - c (mem j).+1)).
    have uv : knot j.+1 - knot j = u j + v j by rewrite /u /v; ring.
    have tu : t - knot j = u j + (t - c (mem j).+1) by rewrite /u; ring.
    have un0 : u j != 0 by rewrite gt_eqF ?u_gt0.
    have uv0 : u j + v j != 0 by apply: lt0r_neq0; exact: addr_gt0 (u_gt0 j) (v_gt0 j).
    rewrite /chord uv tu /sl.
    have -> : z j.+1 = (z j + eta j) / u j * v j + eta j by [].
    rewrite /eta; have -> : s j.+1 = ~~ s j by rewrite /s /= addbN.
    by case: (s j); rewrite /= ?expr1 ?expr0; field; rewrite ?un0 ?uv0.
  by apply: (steep_clipped jp rq kq); have := hS j jp; rewrite le_maxl => /andP[].
- by rewrite /s addbF signr_odd mulNr mulrN mulrA -expr2 sqrr_sign mul1r ler_opp2.
- rewrite /s signr_addb !signr_odd mulNr !mulrN ler_opp2; apply: le_trans hp _; rewrite -/z le_eqVlt; apply/orP; left.
  rewrite [(-1) ^+ p * _]mulrA [(-1) ^+ k * _]mulrA [(-1) ^+ p * _]mulrCA -[_ * _ * z p]mulrA !mulrA.
  by rewrite -expr2 sqrr_sign mul1r -expr2 sqrr_sign mul1r.
Qed.

Lemma broken_line k : (k < q)%N -> exists Z : nat -> F, forall j r, (j < p)%N -> (r < q)%N ->
  clipped (chord knot Z j (c (j * q + r).+1)) (y (j * q + r)%N) j k r.
Proof. by case/broken_line_ends => Z [h _ _]; exists Z. Qed.
End Line.
