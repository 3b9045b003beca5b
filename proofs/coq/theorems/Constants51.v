(** The constants of Theorem 5.1: what Appendix G concludes from tau, rho, gamma and lambda. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem bound_on_zeta : Bound_on_zeta.
Proof.
move=> F C2 C4 C5 C6 lmin r p B E c2 c4 c5 c6 lm b0 e0 /andP[r0 small] cond.
have n0 : 0 < (B * E)%:R :> F by rewrite ltr0n muln_gt0 b0.
rewrite /radius /tau in small cond; move: (B * E)%:R n0 small cond => n n0 small cond.
have s0 : 0 < 16%:R :> F by rewrite ltr0n.
(* r^2 <= p / tau *)
have square : C2 * C4 * r ^+ 2 <= lmin / (16%:R * n) * p.
  have -> : C2 * C4 * r ^+ 2 = lmin / (16%:R * n) * (16%:R * C2 * C4 * n / lmin * r ^+ 2).
    by field; rewrite !gt_eqF.
  by rewrite ler_pmul2l // divr_gt0 // mulr_gt0.
have cube : C4 * C5 * r ^+ 3 <= lmin * C5 / (16%:R * C2 * n) * r * p.
  have -> : C4 * C5 * r ^+ 3 = lmin * C5 / (16%:R * C2 * n) * r * (16%:R * C2 * C4 * n / lmin * r ^+ 2).
    by field; rewrite !gt_eqF.
  by rewrite ler_wpmul2l // mulr_ge0 // divr_ge0 // ?mulr_ge0 ?ltW.
have p0 : 0 <= p.
  by apply: le_trans cond; rewrite mulr_ge0 ?sqr_ge0 // divr_ge0 ?mulr_ge0 ?ltW.
have radius_bound : (C5 * C6 + lmin * C5 / (16%:R * C2 * n)) * r <= lmin / (16%:R * n).
  rewrite ler_pdivl_mulr in small; last by rewrite addr_gt0 ?mulr_gt0.
  have -> : (C5 * C6 + lmin * C5 / (16%:R * C2 * n)) * r
      = r * (16%:R * C2 * C5 * C6 * n + lmin * C5) / (16%:R * C2 * n) by field; rewrite !gt_eqF.
  have -> : lmin / (16%:R * n) = lmin * C2 / (16%:R * C2 * n) by field; rewrite !gt_eqF.
  by rewrite ler_pmul2r // invr_gt0 !mulr_gt0.
apply: le_trans (_ : (C5 * C6 + lmin * C5 / (16%:R * C2 * n)) * r * p + lmin / (16%:R * n) * p <= _).
  have -> : C5 * C6 * r * p + C2 * C4 * r ^+ 2 + C4 * C5 * r ^+ 3
      = C5 * C6 * r * p + C4 * C5 * r ^+ 3 + C2 * C4 * r ^+ 2 by ring.
  by apply: ler_add square; rewrite [(_ + _) * r]mulrDl [(_ + _) * p]mulrDl ler_add2l.
have -> : lmin / (8%:R * n) * p = lmin / (16%:R * n) * p + lmin / (16%:R * n) * p.
  by field; rewrite gt_eqF.
by rewrite ler_add2r ler_wpmul2r.
Qed.

(** (1 + s)^n <= 1 / (1 - n s) *)
Lemma power_bound (F : realFieldType) (s : F) n : 0 <= s -> (1 - n%:R * s) * (1 + s) ^+ n <= 1.
Proof.
move=> s0; elim: n => [|n IH]; first by rewrite mul0r subr0 expr0 mulr1.
apply: le_trans IH; rewrite exprS mulrA ler_wpmul2r ?exprn_ge0 ?addr_ge0 ?ler01 //.
have -> : (1 - n.+1%:R * s) * (1 + s) = 1 - n%:R * s - n.+1%:R * s ^+ 2 by rewrite !mulrSr; ring.
by rewrite ger_addl oppr_le0 mulr_ge0 ?ler0n ?sqr_ge0.
Qed.

(** The terms of the tail at least halve from one to the next. *)
Lemma tail_bound (F : realFieldType) (x : F) E : 0 <= x -> E%:R * x <= 1 ->
  \sum_(2 <= k < E.+1) 'C(E, k)%:R * x ^+ k <= (E%:R * x) ^+ 2.
Proof.
move=> x0 ex1; pose T k := 'C(E, k)%:R * x ^+ k.
have T0 k : 0 <= T k by rewrite mulr_ge0 ?ler0n ?exprn_ge0.
have halves k : (1 < k)%N -> 2%:R * T k.+1 <= T k.
  move=> k1; apply: le_trans (_ : k.+1%:R * T k.+1 <= _).
    by rewrite ler_wpmul2r // ler_nat ltnW.
  rewrite /T mulrA -natrM mul_bin_left natrM exprS.
  have -> : (E - k)%:R * 'C(E, k)%:R * (x * x ^+ k) = (E - k)%:R * x * ('C(E, k)%:R * x ^+ k) by ring.
  rewrite -[leRHS]mul1r; apply: ler_wpmul2r; first exact: T0.
  by apply: le_trans ex1; apply: ler_wpmul2r => //; rewrite ler_nat leq_subr.
have sum n : \sum_(2 <= k < n.+3) T k + T n.+2 <= 2%:R * T 2%N.
  elim: n => [|n IH]; first by rewrite big_nat1 mulr_natl mulr2n.
  rewrite big_nat_recr //= -addrA -mulr2n -mulr_natl.
  by apply: le_trans IH; rewrite ler_add2l halves.
have two : 2%:R * T 2%N <= (E%:R * x) ^+ 2.
  rewrite /T mulrA -natrM mulnC bin2 muln2 exprMn ler_wpmul2r ?sqr_ge0 // -natrX ler_nat.
  apply: leq_trans (_ : E * E.-1 <= _)%N; first by rewrite -[leqRHS]odd_double_half leq_addl.
  by rewrite -mulnn leq_mul2l leq_pred orbT.
have [le|lt] := leqP E 1; first by rewrite big_geq ?sqr_ge0.
have e : (E - 2).+2 = E by rewrite -addn2 subnK.
by apply: le_trans two; have := sum (E - 2)%N; rewrite e; apply: le_trans; rewrite ler_addl.
Qed.

Theorem at_most_doubled : At_most_doubled.
Proof.
move=> F x p r K start p0 shrink grow.
have sum k : (k <= K)%N -> r k + p k <= r 0%N + p 0%N.
  elim: k => // k IH lt; apply: le_trans (IH (ltnW lt)).
  apply: le_trans (ler_add (grow k lt) (shrink k lt)) _.
  by have -> : r k + x * p k + (1 - x) * p k = r k + p k by ring.
apply: le_trans (_ : r K + p K <= _); first by rewrite ler_addl.
by apply: le_trans (sum K (leqnn K)) _; rewrite mulr_natl mulr2n ler_add2l.
Qed.

Theorem epoch_contraction : Epoch_contraction.
Proof.
move=> F lmin eta tail p0 p1 B E b0 e0 ge0 eta0 small; move/le_trans; apply.
have b : B%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
have e : E%:R != 0 :> F by rewrite pnatr_eq0 -lt0n.
apply: le_trans (_ : (1 - eta * lmin / B%:R + eta * lmin / (2%:R * B%:R)) * p0
    + eta * (E%:R * (lmin / (4%:R * (B * E)%:R) * p0)) <= _).
  by rewrite ler_add2r ler_wpmul2r // ler_add2l.
rewrite natrM le_eqVlt; apply/orP; left; apply/eqP; field.
by rewrite b e.
Qed.

Theorem step_size : Step_size.
Proof.
move=> F lmin lmax eta B E /andP[lmin0 le] b0 e0 /andP[eta0 small] x.
have lmax0 : 0 < lmax := lt_le_trans lmin0 le.
have b : 0 < B%:R :> F by rewrite ltr0n.
have e : 1 <= E%:R :> F by rewrite ler1n.
have e' : 0 < E%:R :> F by rewrite ltr0n.
have square : (E%:R * x) ^+ 2 <= eta * lmin / (2%:R * B%:R).
  have -> : (E%:R * x) ^+ 2 = eta * (eta * (2%:R * lmax ^+ 2 * E%:R ^+ 2)) / (2%:R * B%:R ^+ 2).
    by rewrite /x; field; rewrite gt_eqF.
  have -> : eta * lmin / (2%:R * B%:R) = eta * (lmin * B%:R) / (2%:R * B%:R ^+ 2) by field; rewrite gt_eqF.
  rewrite ler_pmul2r ?invr_gt0 ?mulr_gt0 ?exprn_gt0 ?ltr0n // ler_pmul2l //.
  by rewrite -ler_pdivl_mulr ?ltW // !mulr_gt0 ?exprn_gt0 ?ltr0n.
have x0 : 0 <= x by rewrite divr_ge0 ?mulr_ge0 ?ltW.
have first : x <= 1 / (2%:R * E%:R ^+ 2).
  rewrite /x ler_pdivr_mulr // -ler_pdivl_mulr //; apply: le_trans (ltW small) _.
  rewrite /gamma ler_pdivr_mulr ?mulr_gt0 ?exprn_gt0 ?ltr0n //.
  have -> : 1 / (2%:R * E%:R ^+ 2) * B%:R / lmax * (2%:R * lmax ^+ 2 * E%:R ^+ 2) = lmax * B%:R.
    by field; rewrite !gt_eqF.
  by rewrite ler_wpmul2r // ltW.
have half : E%:R * x <= 1 / 2%:R.
  apply: le_trans (ler_wpmul2l (ltW e') first) _.
  have -> : E%:R * (1 / (2%:R * E%:R ^+ 2)) = (1 / 2%:R) / E%:R :> F by field; rewrite gt_eqF.
  by rewrite ler_pdivr_mulr // ler_pmulr // divr_gt0 ?ltr01 ?ltr0n.
have half_le1 : 1 / 2%:R <= 1 :> F by rewrite ler_pdivr_mulr ?ltr0n // mul1r ler1n.
split=> //; last exact: le_trans (tail_bound x0 (le_trans half half_le1)) square.
pose s := eta * lmin / (8%:R * (B * E)%:R).
have s0 : 0 <= s by rewrite divr_ge0 ?mulr_ge0 ?ler0n ?ltW.
have sx : E%:R * s <= 1 / 2%:R.
  apply: le_trans half; apply: ler_wpmul2l; first exact: ltW.
  rewrite /s /x natrM.
  rewrite ler_pdivr_mulr ?mulr_gt0 ?ltr0n //.
  have -> : eta * lmax / B%:R * (8%:R * (B%:R * E%:R)) = eta * (lmax * (8%:R * E%:R)) by field; rewrite gt_eqF.
  rewrite ler_pmul2l //; apply: le_trans le _; rewrite ler_pmulr //.
  by rewrite -natrM ler1n muln_gt0.
have := power_bound E s0; rewrite -/s => bound.
have : 1 / 2%:R * (1 + s) ^+ E <= 1.
  apply: le_trans bound; rewrite ler_wpmul2r ?exprn_ge0 ?addr_ge0 ?ler01 //.
  by rewrite ler_subr_addr; apply: le_trans (ler_add (lexx _) sx) _; rewrite -mulrDl ler_pdivr_mulr ?ltr0n // mul1r.
by rewrite div1r mulrC ler_pdivr_mulr ?ltr0n // mul1r.
Qed.
