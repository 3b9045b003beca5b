(** Two units with s_- = 0: where they look to different sides, the network is convex, concave or monotone; where they
    look to one side, it is constant on the other. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Activations Pieces Theorem33 TwoLayers.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section TwoRelus.
Variables (F : realFieldType) (sp : F).
Hypothesis sp_gt0 : 0 < sp.
Notation R := (relu_like sp 0).
Implicit Types (a b v r s t : F).

Lemma relu_ge0 t : 0 <= R t.
Proof. by rewrite /relu_like; case: ifP => h; rewrite ?mul0r // mulr_ge0 // ltW. Qed.

Lemma relu_ge t : sp * t <= R t.
Proof.
rewrite /relu_like; case: ifP => // /negbT; rewrite -ltNge mul0r => /ltW t0.
exact: mulr_ge0_le0 (ltW sp_gt0) t0.
Qed.

Lemma relu_mono s t : s <= t -> R s <= R t.
Proof. by apply: relu_like_mono; rewrite lexx. Qed.

Lemma relu_convex a b r s t : r <= s <= t ->
  R (a * s + b) * (t - r) <= R (a * r + b) * (t - s) + R (a * t + b) * (s - r).
Proof.
move=> /andP[rs st]; have s0 : 0 <= s - r by rewrite subr_ge0.
have t0 : 0 <= t - s by rewrite subr_ge0.
rewrite {1}/relu_like; case: ifP => _; last first.
  by rewrite !mul0r addr_ge0 // mulr_ge0 // relu_ge0.
have -> : sp * (a * s + b) * (t - r) = sp * (a * r + b) * (t - s) + sp * (a * t + b) * (s - r) by ring.
by apply: ler_add; rewrite ler_wpmul2r // relu_ge.
Qed.

Lemma relu_rises a b s t : 0 <= a -> s <= t -> R (a * s + b) <= R (a * t + b).
Proof. by move=> a0 st; apply: relu_mono; rewrite ler_add2r ler_wpmul2l. Qed.

Lemma relu_falls a b s t : a <= 0 -> s <= t -> R (a * t + b) <= R (a * s + b).
Proof. by move=> a0 st; apply: relu_mono; rewrite ler_add2r ler_wnmul2l. Qed.

Lemma flat_relu a b : 0 <= a -> flat (fun t => R (a * t + b)).
Proof.
rewrite le_eqVlt => /predU1P[<-|a0]; first by exists 0, (R b) => t _; rewrite mul0r add0r.
exists (- b / a), 0 => t; rewrite ler_pdivl_mulr // mulrC => h.
by rewrite relu_like_neg ?mul0r // -ler_subr_addr sub0r.
Qed.

Variables (v a b v' a' b' c : F) (t : nat -> F).
Definition two_units s := v * R (a * s + b) + v' * R (a' * s + b') + c.
Hypotheses (t_lt : forall i, t i < t i.+1) (labels : forall i, (i < 4)%N -> two_units (t i) = (-1) ^+ i.+1).

Lemma value0 : two_units (t 0%N) = -1. Proof. by rewrite labels // expr1. Qed.
Lemma value1 : two_units (t 1%N) = 1. Proof. by rewrite labels // -signr_odd expr0. Qed.
Lemma value2 : two_units (t 2%N) = -1. Proof. by rewrite labels // -signr_odd expr1. Qed.
Lemma value3 : two_units (t 3%N) = 1. Proof. by rewrite labels // -signr_odd expr0. Qed.

Lemma label_lt : -1 < 1 :> F.
Proof. by rewrite -subr_gt0 opprK addr_gt0 ?ltr01. Qed.

(** Both weights of one sign, if the function is 1 at the middle of three places and -1 outside, or the other way *)
Lemma not_bent (e r s u : F) : e * e = 1 -> r < s < u -> 0 <= e * v -> 0 <= e * v' ->
  two_units s = e -> two_units r = - e -> two_units u = - e -> False.
Proof.
move=> ee /andP[rs su] v0 v0' hs hr hu.
have mid : r <= s <= u by rewrite !ltW.
have up : 0 < u - r by rewrite subr_gt0 (lt_trans rs).
have : e * two_units s * (u - r) <= e * two_units r * (u - s) + e * two_units u * (s - r).
  rewrite /two_units -subr_ge0.
  have -> : e * (v * R (a * r + b) + v' * R (a' * r + b') + c) * (u - s)
      + e * (v * R (a * u + b) + v' * R (a' * u + b') + c) * (s - r)
      - e * (v * R (a * s + b) + v' * R (a' * s + b') + c) * (u - r)
    = e * v * (R (a * r + b) * (u - s) + R (a * u + b) * (s - r) - R (a * s + b) * (u - r))
      + e * v' * (R (a' * r + b') * (u - s) + R (a' * u + b') * (s - r) - R (a' * s + b') * (u - r)) by ring.
  by rewrite addr_ge0 // mulr_ge0 // subr_ge0 relu_convex.
rewrite hs hr hu mulrN ee -mulrDr addrA subrK mulN1r mul1r.
by rewrite -subr_ge0 -opprD oppr_ge0 leNgt addr_gt0.
Qed.

Lemma different_sides : 0 <= a -> a' <= 0 -> False.
Proof.
move=> a0 a0'; have [t01 t12] := (ltW (t_lt 0%N), ltW (t_lt 1%N)).
have [v0|/ltW v0] := leP 0 v; have [v0'|/ltW v0'] := leP 0 v'.
- apply: (@not_bent 1 (t 0%N) (t 1%N) (t 2%N)); rewrite ?mul1r ?mulr1 ?t_lt //; by rewrite ?value0 ?value1 ?value2.
- have : two_units (t 1%N) <= two_units (t 2%N).
    by rewrite ler_add2r ler_add //; [exact: ler_wpmul2l v0 _ _ (relu_rises b a0 t12)|
      exact: ler_wnmul2l v0' _ _ (relu_falls b' a0' t12)].
  by rewrite value1 value2 leNgt label_lt.
- have : two_units (t 1%N) <= two_units (t 0%N).
    by rewrite ler_add2r ler_add //; [exact: ler_wnmul2l v0 _ _ (relu_rises b a0 t01)|
      exact: ler_wpmul2l v0' _ _ (relu_falls b' a0' t01)].
  by rewrite value1 value0 leNgt label_lt.
- apply: (@not_bent (-1) (t 1%N) (t 2%N) (t 3%N)); rewrite ?mulN1r ?opprK ?oppr_ge0 ?t_lt //.
  by rewrite value2. by rewrite value1. by rewrite value3.
Qed.

Lemma alternates_labels : alternates two_units 1 t 3.
Proof.
split=> // i lt; rewrite mul1r !labels ?ltnS //; last exact: ltnW.
by rewrite !exprS !mulN1r !opprK mulrDr -expr2 sqrr_sign addr_gt0 ?ltr01.
Qed.

Lemma one_side bs : (size bs <= 2)%N -> breaks_at bs two_units -> 0 <= a -> 0 <= a' -> False.
Proof.
move=> small breaks a0 a0'; have fl : flat two_units.
  apply: flat_ext (flat_combine v (flat_relu b a0) (flat_combine v' (flat_relu b' a0') (flat_constant c))) => s.
  by rewrite /two_units addrA.
have [m [h [t' [hb _ [lt alt]]]]] := one_more (normr1 F) (ltn0Sn 2) breaks fl alternates_labels.
by have := alternating_needs_breaks hb lt alt; rewrite addn1; case: (size bs) small => [|[|[|n]]].
Qed.

Lemma other_side bs : (size bs <= 2)%N -> breaks_at bs two_units -> a <= 0 -> a' <= 0 -> False.
Proof.
move=> small breaks a0 a0'; have fl : flat (fun s => two_units (- s)).
  have na : 0 <= - a by rewrite oppr_ge0.
  have na' : 0 <= - a' by rewrite oppr_ge0.
  apply: flat_ext (flat_combine v (flat_relu b na) (flat_combine v' (flat_relu b' na') (flat_constant c))) => s.
  by rewrite /two_units !mulNr !mulrN addrA.
have e1 : `|1 * (-1) ^+ 3| = 1 :> F by rewrite mul1r normrX normrN1 expr1n.
have [m [h [t' [hb _ [lt alt]]]]] := one_more e1 (ltn0Sn 2) (breaks_opp breaks) fl (alternates_opp alternates_labels).
by have := alternating_needs_breaks hb lt alt; rewrite size_map addn1; case: (size bs) small => [|[|[|n]]].
Qed.
End TwoRelus.

Theorem two_relus : Two_relus.
Proof.
move=> F sp dx start u t sp0 t_lt [net h].
have [bs size_bs breaks] := pieces_of_networks net start u 0 (relu_like_pieces sp 0).
rewrite big_seq1 in size_bs; have {size_bs} small : (size bs <= 2)%N by rewrite -ltnS.
case: net h breaks => [[w b] [v c]] h breaks.
pose i0 : 'I_2 := ord0; pose i1 : 'I_2 := lift ord0 ord0.
pose A i : F := (w *m u) i 0; pose B i : F := (w *m start + b) i 0.
pose f := two_units sp (v 0 i0) (A i0) (B i0) (v 0 i1) (A i1) (B i1) (c 0 0).
have value s : eval (relu_like sp 0) ((w, b, (v, c)) : network F dx [:: 2%N] 1) (start + s *: u) 0 0 = f s.
  have argument i : (w *m (start + s *: u) + b) i 0 = A i * s + B i.
    by rewrite mulmxDr -scalemxAr /A /B; move: (w *m start) (w *m u) => P Q; rewrite !mxE addrAC addrC mulrC.
  by rewrite /= mxE mxE big_ord_recl big_ord1 /f /two_units ![map_mx _ _ _ _]mxE !argument.
have labels i : (i < 4)%N -> f (t i) = (-1) ^+ i.+1.
  by move=> lt; rewrite -value (h (Ordinal lt)) mxE eqxx.
have {}breaks : breaks_at bs f by apply: breaks_ext breaks.
have [a0|/ltW a0] := leP 0 (A i0); have [a1|/ltW a1] := leP 0 (A i1).
- exact: (one_side t_lt labels small breaks a0 a1).
- exact: (different_sides sp0 t_lt labels a0 a1).
- have labels' i : (i < 4)%N -> two_units sp (v 0 i1) (A i1) (B i1) (v 0 i0) (A i0) (B i0) (c 0 0) (t i) = (-1) ^+ i.+1.
    by move=> lt; rewrite -labels // /f /two_units; congr (_ + _); exact: addrC.
  exact: (different_sides sp0 t_lt labels' a1 a0).
- exact: (other_side t_lt labels small breaks a0 a1).
Qed.
