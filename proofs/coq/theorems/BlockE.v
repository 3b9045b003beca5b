(** One block of Appendix E on a line: two layers that give their labels at p q samples in a row, and 0 at all others. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Activations Interpolation Line Projection Networks SumNetworks Product.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Line.
Variable F : realFieldType.
Implicit Types (c v Z m : nat -> F) (t : F).

Lemma signs n : \sum_(k < n) (-1) ^+ k = (odd n)%:R :> F.
Proof.
elim: n => [|n IH]; first by rewrite big_ord0.
by rewrite big_ord_recr /= IH -signr_odd; case: (odd n); rewrite ?expr1 ?expr0 ?subrr ?add0r.
Qed.

(** For even q, the outer values of the broken lines add up to 0 behind hard-tanh. *)
Lemma ends_cancel q (w : nat -> F) (b : bool) : ~~ odd q -> (forall k, (k < q)%N -> (-1) ^+ k * ((-1) ^+ b * w k) <= -1) ->
  \sum_(k < q) hard_tanh (w k) = 0.
Proof.
move=> even beyond; have zero : \sum_(k < q) - (-1) ^+ b * (-1) ^+ k = 0 :> F by rewrite -mulr_sumr signs (negbTE even) mulr0.
rewrite -[RHS]zero {zero}; apply: eq_bigr => k _; have {beyond} := beyond k (ltn_ord k); rewrite -[(-1) ^+ k]signr_odd.
case: b; case: (odd k); rewrite ?expr1 ?expr0 ?mulN1r ?mul1r ?opprK => h.
- by rewrite hard_tanh_low ?mul1r.
- by rewrite hard_tanh_high ?mul1r // -ler_opp2.
- by rewrite hard_tanh_high // -ler_opp2.
- by rewrite hard_tanh_low.
Qed.

(** Which values q broken lines have, for labels v in [0, 1]. *)
Lemma block_lines p q c v : (0 < q)%N -> ~~ odd q -> (forall i, c i < c i.+1) -> (forall i, 0 <= v i <= 1) ->
  exists Z : nat -> nat -> F,
  [/\ forall i, (i < p * q)%N -> \sum_(k < q) hard_tanh (chord (knot q c) (Z k) (i %/ q) (c i.+1)) = v i,
      \sum_(k < q) hard_tanh (Z k 0%N) = 0 & \sum_(k < q) hard_tanh (Z k p) = 0].
Proof.
move=> q0 even c_lt v_in; have y_le1 i : `|v i - 1| <= 1.
  have /andP[lo hi] := v_in i; rewrite ler_norml ler_subl_addr (le_trans hi) ?andbT ?ler_addl ?ler01 //.
  by rewrite ler_subr_addr addNr.
have [Z hZ] := nat_choice (fun=> 0) (broken_line_ends p q0 c_lt y_le1); exists Z; split=> [i lt||].
- have jp : (i %/ q < p)%N by rewrite ltn_divLR.
  have rq : (i %% q < q)%N by rewrite ltn_mod.
  pose w k := chord (knot q c) (Z k) (i %/ q) (c i.+1).
  rewrite (hard_tanh_sum (w := w) (place_lt q0 (i %/ q) rq) (y_le1 i)) ?(negbTE even) ?subrK // => k kq.
  by have [h _ _] := hZ k kq; have := h _ _ jp rq; rewrite -divn_eq.
- by apply: (@ends_cancel q (fun k => Z k 0%N) false) => // k kq; have [_ h _] := hZ k kq; rewrite expr0 mul1r.
- by apply: (@ends_cancel q (fun k => Z k p) (odd p)) => // k kq; have [_ _ h] := hZ k kq; rewrite signr_odd.
Qed.

(** p hard-tanh units follow broken lines between p + 1 knots and stay at the outer values beyond. *)
Lemma ramps_everywhere m p Z t : (forall j, m j < m j.+1) ->
  let s := \sum_(l < p) half_rise Z l * ramp m l t + (Z 0%N + Z p) / 2%:R in
  [/\ t <= m 0%N -> s = Z 0%N, m p <= t -> s = Z p & forall j, (j < p)%N -> m j <= t <= m j.+1 -> s = chord m Z j t].
Proof.
move=> m_lt s; split=> [le|le|j]; last exact: ramps_interpolate.
- rewrite /s (eq_bigr (fun l : 'I_p => - (half_rise Z l * 1))) => [|l _]; last first.
    by rewrite ramp_low ?mulrN // (le_trans le) // (knots_le m_lt).
  have high := @ramps_high F m Z p (m p).
  rewrite sumrN (eq_bigr (fun l : 'I_p => half_rise Z l * ramp m l (m p))) => [|l _].
    by rewrite high => [|l lt]; [field|rewrite ramp_high // (knots_le m_lt)].
  by rewrite ramp_high // (knots_le m_lt).
- rewrite /s ramps_high => [|l lt]; first by field.
  by rewrite ramp_high // (le_trans _ le) // (knots_le m_lt).
Qed.
End Line.

Section Block.
Variables (F : realFieldType) (dy : nat).
Notation H := (@hard_tanh F).

Lemma made_of_itself (sigma : F -> F) : made_of sigma 1 sigma.
Proof. by exists (fun=> 1), (fun=> 0), (fun=> 1), 0 => t; rewrite big_ord1 !mul1r !addr0. Qed.

(** The units of layer 1 are shared by all outputs. *)
Lemma block_here p q (c : nat -> F) (v : nat -> 'cV[F]_dy) : ~~ odd q -> (forall i, c i < c i.+1) ->
  (forall i a, 0 <= v i a 0 <= 1) -> exists net : network F 1 [:: p; (dy * q)%N] dy, forall t,
  [/\ t <= c 0%N -> eval H net t%:M = 0, c (p * q).+1 <= t -> eval H net t%:M = 0
    & forall i, (i < p * q)%N -> t = c i.+1 -> eval H net t%:M = v i].
Proof.
have [->|q0] := posnP q; move=> even c_lt v_in.
  by rewrite !muln0; exists (0, 0, (0, 0, (0, 0))) => t; split=> //=; rewrite mul0mx addr0.
pose good a (Z : nat -> nat -> F) := [/\ forall i, (i < p * q)%N -> \sum_(k < q) H (chord (knot q c) (Z k) (i %/ q) (c i.+1))
    = (if insub a is Some a' then v i a' 0 else 0), \sum_(k < q) H (Z k 0%N) = 0 & \sum_(k < q) H (Z k p) = 0].
have [a lt|Z hZ] := @nat_choice dy _ (fun=> fun=> 0) good.
  apply: (@block_lines F p q c (fun i => if insub a is Some a' then v i a' 0 else 0)) => // i.
  by case: insub => [a'|]; rewrite ?lexx ?ler01.
pose m := knot q c; have m_lt : forall j, m j < m j.+1 := knot_lt q0 c_lt.
pose w1 : 'cV[F]_p := \col_j (2%:R / (m j.+1 - m j)); pose b1 : 'cV[F]_p := \col_j (- (m j + m j.+1) / (m j.+1 - m j)).
pose item (ak : 'I_dy * 'I_q) := (\row_(l < p) half_rise (Z ak.1 ak.2) l, (Z ak.1 ak.2 0%N + Z ak.1 ak.2 p) / 2%:R,
  delta_mx ak.1 0 : 'cV[F]_dy).
have [net h] := sum_network (made_of_itself H) [seq item ak | ak <- enum [finType of 'I_dy * 'I_q]].
have size_items : (size [seq item ak | ak <- enum [finType of 'I_dy * 'I_q]] * 1 = dy * q)%N.
  by rewrite muln1 size_map -cardE card_prod !card_ord.
move: net h; rewrite size_items => net h; exists (w1, b1, net) => t.
pose s (a : 'I_dy) (k : 'I_q) := \sum_(l < p) half_rise (Z a k) l * ramp m l t + (Z a k 0%N + Z a k p) / 2%:R.
have value : eval H ((w1, b1, net) : network F 1 [:: p; (dy * q)%N] dy) t%:M = \col_a \sum_(k < q) H (s a k).
  rewrite -[LHS]/(eval H net (map_mx H (w1 *m t%:M + b1))) h big_map big_enum /=.
  have unit a k : H (((item (a, k)).1.1 *m map_mx H (w1 *m t%:M + b1)) 0 0 + (item (a, k)).1.2) = H (s a k).
    by congr (H (_ + _)); rewrite mxE; apply: eq_bigr => l _; rewrite !mxE big_ord1 !mxE eqxx mulr1n.
  rewrite (eq_bigr (fun ak => H (s ak.1 ak.2) *: (delta_mx ak.1 0 : 'cV[F]_dy))) => [|[a k] _]; last by rewrite unit.
  rewrite -(pair_bigA _ (fun a k => H (s a k) *: (delta_mx a 0 : 'cV[F]_dy))) /=; apply/matrixP => a z.
  rewrite [z]ord1 summxE [RHS]mxE (bigD1 a) //= [X in _ + X]big1 ?addr0 => [|a' ne]; last first.
    by rewrite summxE big1 // => k _; rewrite !mxE eq_sym (negbTE ne) mulr0.
  by rewrite summxE; apply: eq_bigr => k _; rewrite !mxE /= !eqxx /= mulr1.
have every a k := ramps_everywhere p (Z a k) t m_lt.
split=> [le|le|i lt e]; rewrite value; apply/matrixP => a z; rewrite ord1 !mxE; have [hin h0 hp] := hZ a (ltn_ord a).
- rewrite -[RHS]h0; apply: eq_bigr => k _; have [lo _ _] := every a k.
  by rewrite [s a k]lo // (le_trans le) // ltW //; have /andP[] := half_lt (c_lt 0%N); rewrite /m /knot mul0n.
- rewrite -[RHS]hp; apply: eq_bigr => k _; have [_ hi _] := every a k.
  rewrite [s a k]hi // (le_trans _ le) // ltW //.
  by case/andP: (half_lt (c_lt (p * q)%N)).
have jp : (i %/ q < p)%N by rewrite ltn_divLR.
have := hin i lt; rewrite valK => <-; apply: eq_bigr => k _; have [_ _ inside] := every a k.
rewrite [s a k](inside _ jp) ?e // -/m; have := knot_sample c_lt (i %/ q) (ltn_pmod i q0).
by rewrite -divn_eq => /andP[/ltW-> /ltW->].
Qed.

(** The same at the samples s, ..., s + p q - 1 *)
Lemma block_network p q (c : nat -> F) (v : nat -> 'cV[F]_dy) s : ~~ odd q -> (forall i, c i < c i.+1) ->
  (forall i a, 0 <= v i a 0 <= 1) -> exists net : network F 1 [:: p; (dy * q)%N] dy, forall n,
  eval H net (c n.+1)%:M = if (s <= n < s + p * q)%N then v n else 0.
Proof.
move=> even c_lt v_in; have c_le := c_le c_lt.
have [||net h] := @block_here p q (fun i => c (s + i)%N) (fun i => v (s + i)%N) even => // [i|]; first by rewrite addnS.
exists net => n; have [left right inside] := h (c n.+1).
have [sn|ns] := leqP s n; last by rewrite left // addn0 c_le.
have [lt|ge] := ltnP n (s + p * q); rewrite andTb; last by rewrite right // c_le // addnS ltnS.
have small : (n - s < p * q)%N by lia.
by rewrite (inside _ small) ?addnS subnKC.
Qed.
End Block.

Theorem block_E : Block_E.
Proof. by move=> F dy p q s c v; exact: block_network. Qed.
