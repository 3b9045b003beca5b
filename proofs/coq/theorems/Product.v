(** Theorem [product]: q units of layer 2 turn the q broken lines of file Line into the labels. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements Activations Interpolation Line Networks Projection ThreeLayers AlternatingSum.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** The broken lines at sample i: one is the label, those before it are beyond 1 or -1 on alternating sides, those after
    it on the opposite sides. *)
Lemma broken_lines (F : realFieldType) p q (c y : nat -> F) : (0 < q)%N -> (forall i, c i < c i.+1) ->
  (forall i, `|y i| <= 1) -> exists Z : nat -> nat -> F, forall i, (i < p * q)%N ->
  exists2 k0, (k0 < q)%N & forall k, (k < q)%N -> let w := chord (knot q c) (Z k) (i %/ q) (c i.+1) in
    if k == k0 then w = y i else if (k < k0)%N then 1 <= (-1) ^+ k * w else (-1) ^+ k * w <= -1.
Proof.
move=> q0 c_lt y_le1; have [Z hZ] := nat_choice (fun=> 0) (broken_line p q0 c_lt y_le1); exists Z => i lt.
have jp : (i %/ q < p)%N by rewrite ltn_divLR.
have rq : (i %% q < q)%N by rewrite ltn_mod.
exists (place q (i %/ q) (i %% q)) => [|k kq]; first exact: place_lt.
by have := hZ k kq _ _ jp rq; rewrite -divn_eq.
Qed.

(** * Hard-tanh: the outputs add up *)
Section HardTanhLine.
Variable F : realFieldType.

Lemma hard_tanh_sum q k0 (label : F) (w : nat -> F) : (k0 < q)%N -> `|label| <= 1 ->
  (forall k, (k < q)%N -> if k == k0 then w k = label
    else if (k < k0)%N then 1 <= (-1) ^+ k * w k else (-1) ^+ k * w k <= -1) ->
  \sum_(k < q) hard_tanh (w k) = label + (if odd q then 0 else 1).
Proof.
move=> k0q label_le1 h; rewrite -(alternating_sum label k0q); apply: eq_bigr => k _.
have := h k (ltn_ord k); rewrite -signr_odd; case: ifP => [_ ->|_]; first by rewrite hard_tanh_in // -ler_norml.
case: ifP => _; case: (odd k); rewrite ?expr1 ?expr0 ?mulN1r ?mul1r ?opprK => b.
- by rewrite hard_tanh_low // ler_oppr.
- by rewrite hard_tanh_high.
- by rewrite hard_tanh_high // -ler_opp2.
- by rewrite hard_tanh_low.
Qed.

Lemma hard_tanh_line p q : (0 < q)%N -> fits_on_line (@hard_tanh F) p q.
Proof.
move=> q0 c y c_lt y_le1; have [Z hZ] := broken_lines p q0 c_lt y_le1.
exists Z, (fun=> 1), (- (if odd q then 0 else 1)) => i lt; have [k0 k0q h] := hZ i lt.
apply/eqP; rewrite subr_eq -(hard_tanh_sum k0q (y_le1 i) h); apply/eqP; apply: eq_bigr => k _.
by rewrite mul1r.
Qed.
End HardTanhLine.

(** * ReLU-like: unit k + 1 reads the difference of two neighbouring broken lines; what they add up to telescopes *)
Section Telescope.
Variables (F : realFieldType) (sp sm : F).
Hypothesis slopes : 0 <= sm < sp.
Notation R := (relu_like sp sm).

Lemma unit_sign k : (-1) ^+ k * (-1) ^+ k = 1 :> F.
Proof. by rewrite -exprD addnn -muln2 exprM sqrr_sign. Qed.

Lemma falling (s a b : F) : s * s = 1 -> s * b <= s * a -> - s * R (- s * (b - a)) = sp * (b - a).
Proof.
move=> ss le; rewrite relu_like_pos; first by rewrite mulrCA; congr (_ * _); rewrite mulrA mulrNN ss mul1r.
by rewrite mulNr mulrBr opprB subr_ge0.
Qed.

Lemma rising (s a b : F) : s * s = 1 -> s * a <= s * b -> - s * R (- s * (b - a)) = sm * (b - a).
Proof.
move=> ss le; rewrite relu_like_neg; first by rewrite mulrCA; congr (_ * _); rewrite mulrA mulrNN ss mul1r.
by rewrite mulNr mulrBr opprB subr_le0.
Qed.

Variables (q k0 : nat) (label : F) (G : nat -> F).
Hypotheses (k0_le : (k0 <= q)%N) (label_le1 : `|label| <= 1).
Hypothesis pattern : forall k, (k <= q)%N ->
  if k == k0 then G k = label else if (k < k0)%N then 1 <= (-1) ^+ k * G k else (-1) ^+ k * G k <= -1.

Lemma label_between k : -1 <= (-1) ^+ k * label <= 1.
Proof. by rewrite -ler_norml normrM normrX normrN1 expr1n mul1r. Qed.

Lemma before k : (k <= q)%N -> (k <= k0)%N -> -1 <= (-1) ^+ k * G k.
Proof.
move=> kq le; have := pattern kq; case: eqP => [_ ->|/eqP ne]; first by case/andP: (label_between k).
by rewrite ltn_neqAle ne le => h; apply: le_trans h; rewrite lerN11.
Qed.

Lemma after k : (k <= q)%N -> (k0 <= k)%N -> (-1) ^+ k * G k <= 1.
Proof.
move=> kq le; have := pattern kq; case: eqP => [_ ->|/eqP ne]; first by case/andP: (label_between k).
by rewrite ltnNge le => h; apply: le_trans h _; rewrite lerN11.
Qed.

Lemma difference k : (k < q)%N ->
  - (-1) ^+ k * R (- (-1) ^+ k * (G k.+1 - G k)) = (if (k < k0)%N then sp else sm) * (G k.+1 - G k).
Proof.
move=> kq; have := pattern (ltnW kq); have := pattern kq; case: (ltnP k k0) => [lt _|le].
  rewrite ltn_eqF // => h; apply: falling (unit_sign k) _; apply: le_trans h.
  by have := before kq lt; rewrite exprS mulN1r mulNr ler_oppl opprK.
rewrite gtn_eqF ?ltnS // ltnNge (leqW le) /= exprS mulN1r mulNr ler_oppl opprK => h _.
by apply: rising (unit_sign k) _; apply: le_trans h; exact: after (ltnW kq) le.
Qed.

Lemma differences n : (n <= q)%N ->
  \sum_(k < n) - (-1) ^+ k * R (- (-1) ^+ k * (G k.+1 - G k))
  = sp * (G (minn n k0) - G 0%N) + sm * (G n - G (minn n k0)).
Proof.
elim: n => [|n IH] lt; first by rewrite big_ord0 min0n !subrr !mulr0 addr0.
rewrite big_ord_recr /= difference // IH; last exact: ltnW.
case: ltnP => h; first by rewrite (minn_idPl h); ring.
by rewrite (minn_idPr (leqW h)); ring.
Qed.

(** One unit more, never negative on the samples, carries what is missing. *)
Lemma telescope (C : F) : let kappa := sm / (sp - sm) in
  0 <= G 0%N - kappa * (G q - G 0%N) + C ->
  R (G 0%N - kappa * (G q - G 0%N) + C) / sp
  + \sum_(k < q) - (-1) ^+ k / (sp - sm) * R (- (-1) ^+ k * (G k.+1 - G k)) - C = label.
Proof.
move=> kappa ge0; rewrite relu_like_pos //.
have -> : \sum_(k < q) - (-1) ^+ k / (sp - sm) * R (- (-1) ^+ k * (G k.+1 - G k))
    = (sp * (G k0 - G 0%N) + sm * (G q - G k0)) / (sp - sm).
  rewrite -[in RHS](minn_idPr k0_le) -differences // mulr_suml; apply: eq_bigr => k _.
  by rewrite mulrAC.
have := pattern k0_le; rewrite eqxx => ->.
by rewrite /kappa; field; rewrite (sp_neq0 slopes) (bend_neq0 slopes).
Qed.
End Telescope.

Section ReluLikeLine.
Variables (F : realFieldType) (sp sm : F).
Hypothesis slopes : 0 <= sm < sp.

(** The value of a broken line is linear in its values at the knots. *)
Lemma chord_linear (m Z1 Z2 : nat -> F) a b e j t : m j.+1 - m j != 0 ->
  chord m (fun n => a * Z1 n + b * Z2 n + e) j t = a * chord m Z1 j t + b * chord m Z2 j t + e.
Proof. by move=> h; rewrite /chord; field. Qed.

Lemma relu_like_line p q : (0 < q)%N -> fits_on_line (relu_like sp sm) p q.
Proof.
case: q => // q _ c y c_lt y_le1; have [Z hZ] := broken_lines p (ltn0Sn q) c_lt y_le1.
pose G i k := chord (knot q.+1 c) (Z k) (i %/ q.+1) (c i.+1).
pose kappa := sm / (sp - sm); pose B i := G i 0%N - kappa * (G i q - G i 0%N).
pose C := \sum_(i < p * q.+1) `|B i|.
have C_ge i : (i < p * q.+1)%N -> 0 <= B i + C.
  move=> lt; rewrite /C (bigD1 (Ordinal lt)) //= addrA addr_ge0 ?sumr_ge0 //.
  by rewrite -ler_subl_addl sub0r -normrN ler_norm.
have gap j : knot q.+1 c j.+1 - knot q.+1 c j != 0 by rewrite gt_eqF // subr_gt0 (knot_lt (ltn0Sn q) c_lt).
pose W k n := if k is l.+1 then (- (-1) ^+ l) * Z l.+1 n + ((-1) ^+ l) * Z l n + 0
  else (1 + kappa) * Z 0%N n + (- kappa) * Z q n + C.
pose v k := if k is l.+1 then - (-1) ^+ l / (sp - sm) else sp^-1.
exists W, v, (- C) => i lt; have [k0 k0q h] := hZ i lt.
have pattern k : (k <= q)%N -> if k == k0 then G i k = y i
    else if (k < k0)%N then 1 <= (-1) ^+ k * G i k else (-1) ^+ k * G i k <= -1.
  exact: h.
rewrite big_ord_recl -[RHS](telescope slopes (k0q : (k0 <= q)%N) (y_le1 i) pattern (C_ge i lt)) /v /W /=.
rewrite chord_linear // mulrC; congr (relu_like _ _ _ / _ + _ - _); first by rewrite /G /kappa; ring.
apply: eq_bigr => k _; rewrite /= chord_linear // addr0; congr (_ * relu_like _ _ _).
by rewrite mulrBr !mulNr opprK.
Qed.
End ReluLikeLine.

Section Fits.
Variables (F : realFieldType) (N dx dy d1 d2 : nat) (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy).

Lemma product_fits : injective x -> (N <= d1 * (d2 %/ dy))%N -> fits (@hard_tanh F) [:: d1; d2] x y /\
  (forall sp sm : F, 0 <= sm < sp -> fits (relu_like sp sm) [:: d1; d2] x y).
Proof.
move=> inj le.
have [N0|N0] := posnP N.
  by split=> [|sp sm _]; exists (0, 0, (0, 0, (0, 0))) => - [i lt]; exfalso; rewrite N0 in lt.
have q0 : (0 < d2 %/ dy)%N by move: (leq_trans N0 le); rewrite muln_gt0 => /andP[].
have le2 : (dy * (d2 %/ dy) <= d2)%N by rewrite mulnC leq_trunc_div.
split=> [|sp sm s].
- exact: three_layers (@hard_tanh_interpolates F) (hard_tanh_line d1 q0) q0 le2 le inj.
- exact: three_layers (relu_like_interpolates s) (relu_like_line s d1 q0) q0 le2 le inj.
Qed.
End Fits.

Lemma floors m a b : (m * (a %/ (m * b)) <= a %/ b)%N.
Proof.
have [->|b0] := posnP b; first by rewrite muln0 divn0 muln0.
by rewrite leq_divRL // -mulnA mulnCA leq_trunc_div.
Qed.

Theorem theorem_product : Theorem_product.
Proof.
split=> [F N dx dy d1 d2 x y|N dy d1 d2]; first exact: product_fits.
have floor m d : (m * (d %/ m) <= d)%N by rewrite mulnC leq_trunc_div.
split=> le.
- apply: leq_trans le _; rewrite (_ : 4 * _ * _ = (2 * (d1 %/ 2)) * (2 * (d2 %/ (2 * dy))))%N.
    exact: leq_mul (floor _ _) (floors _ _ _).
  by rewrite mulnACA mulnA.
- have := leq_mul (floor 4%N d1) (floors 4%N d2 dy); apply: leq_trans.
  by rewrite mulnACA -mulnA leq_mul2l /= mulnA.
Qed.
