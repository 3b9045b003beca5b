(** One hidden layer: what does not fit. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Activations Pieces Theorem33.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Flat.
Variable F : realFieldType.
Implicit Types f g : F -> F.

(** f is constant from some place on to the left. *)
Definition flat f := exists lo c, forall t, t <= lo -> f t = c.

Lemma flat_constant (c : F) : flat (fun=> c).
Proof. by exists 0, c. Qed.

Lemma flat_ext f g : f =1 g -> flat f -> flat g.
Proof. by move=> e [lo [c h]]; exists lo, c => t le; rewrite -e h. Qed.

Lemma flat_combine f g (w : F) : flat f -> flat g -> flat (fun t => w * f t + g t).
Proof.
move=> [lo [c h]] [lo' [c' h']]; exists (Num.min lo lo'), (w * c + c') => t.
by rewrite le_minr => /andP[le le']; rewrite h // h'.
Qed.

Lemma flat_sum n (w : 'I_n -> F) (G : F -> 'I_n -> F) (c : F) : (forall j, flat (fun t => G t j)) ->
  flat (fun t => \sum_j w j * G t j + c).
Proof.
move=> h; elim: (index_enum _) => [|j l IH].
  by apply: flat_ext (flat_constant c) => t; rewrite big_nil add0r.
apply: flat_ext (flat_combine (w j) (h j) IH) => t.
by rewrite big_cons addrA.
Qed.

Lemma flat_hard_tanh (a c : F) : flat (fun t => hard_tanh (a * t + c)).
Proof.
have [a0|a0|->] := ltrgtP a 0.
- exists ((1 - c) / a), 1 => t; rewrite -(ler_nmul2l a0) mulrCA divff ?lt_eqF // mulr1 => h.
  by rewrite hard_tanh_high // -ler_subl_addr.
- exists ((-1 - c) / a), (-1) => t; rewrite -(ler_pmul2l a0) mulrCA divff ?gt_eqF // mulr1 => h.
  by rewrite hard_tanh_low // -ler_subr_addr.
- by exists 0, (hard_tanh c) => t _; rewrite mul0r add0r.
Qed.

(** * Rises and falls in turn *)

Definition alternates f (e : F) (t : nat -> F) n :=
  (forall i, (i < n)%N -> t i < t i.+1) /\ (forall i, (i < n)%N -> 0 < e * (-1) ^+ i * (f (t i.+1) - f (t i))).

Lemma leftmost (b : seq F) : b != [::] -> exists2 m, m \in b & forall r, r \in b -> m <= r.
Proof.
elim: b => // x b IH _; have [->|/IH[m mb le]] := eqVneq b [::].
  by exists x; rewrite ?mem_head // => r; rewrite inE => /eqP->.
have [xm|/ltW mx] := leP x m.
  by exists x; rewrite ?mem_head // => r; rewrite inE => /predU1P[->//|/le]; exact: le_trans.
by exists m; rewrite ?inE ?mb ?orbT // => r; rewrite inE => /predU1P[->//|/le].
Qed.

Lemma breaks_ramp (m : F) : breaks_at [:: m] (fun t => Num.max 0 (m - t)).
Proof.
move=> s t st /(_ m); rewrite mem_head negb_and -!leNgt => /(_ isT)/orP[le|le].
  by exists 0, 0 => r /andP[sr _]; rewrite mul0r addr0 max_l // subr_le0 (le_trans le).
by exists (-1), m => r /andP[_ rt]; rewrite mulN1r [RHS]addrC max_r // subr_ge0 (le_trans rt).
Qed.

Lemma breaks_opp b f : breaks_at b f -> breaks_at [seq - r | r <- b] (fun t => f (- t)).
Proof.
move=> h s t st none; have [||a [c aff]] := h (- t) (- s); first by rewrite ler_opp2.
  move=> r rb; have := none (- r); rewrite map_f // => /(_ isT); apply: contra.
  by rewrite ltr_oppl ltr_oppr andbC.
exists (- a), c => r; rewrite -ler_opp2 -[r <= t]ler_opp2 andbC => /aff->.
by rewrite mulrN mulNr.
Qed.

(** Left of its breakpoints f is constant. *)
Lemma flat_left f b m : breaks_at b f -> flat f -> (forall r, r \in b -> m <= r) -> forall t, t <= m -> f t = f m.
Proof.
move=> h [lo [c k]] le t tm; have [ml|lm] := leP m lo; first by rewrite !k // (le_trans tm).
pose s := Num.min lo t - 1.
have sl : s < lo by rewrite ltr_subl_addr (le_lt_trans (y := lo)) ?le_minl ?lexx ?ltr_addl ?ltr01.
have st : s <= t by rewrite ler_subl_addr (le_trans (y := t)) ?le_minl ?lexx ?orbT ?ler_addl ?ler01.
have [||a [d aff]] := h s m; first exact: le_trans st tm.
  by move=> r /le mr; rewrite negb_and -!leNgt mr orbT.
have inside r : s <= r -> r <= m -> f r = a * r + d by move=> sr rm; apply: aff; rewrite sr.
have : a * (lo - s) = 0.
  rewrite mulrBr -(subrr c) -{1}(k lo (lexx lo)) -(k s (ltW sl)) (inside lo) ?ltW //.
  rewrite (inside s) //; last exact: le_trans st tm.
  by rewrite opprD addrACA subrr addr0.
move/eqP; rewrite mulf_eq0 subr_eq0 (gt_eqF sl) orbF => /eqP a0.
by rewrite (inside t) // (inside m) ?lexx ?(le_trans st) // a0 !mul0r.
Qed.

(** A slope left of the leftmost breakpoint makes one rise or fall more. *)
Lemma one_more f b (e : F) t n : `|e| = 1 -> (0 < n)%N -> breaks_at b f -> flat f -> alternates f e t n ->
  exists m h t', [/\ breaks_at b h, forall r, m <= r -> h r = f r & alternates h (- e) t' n.+1].
Proof.
move=> e1 n0 hb hf [t_lt alt].
have up := alt 0%N n0; rewrite expr0 mulr1 in up.
have b0 : b != [::].
  apply/eqP => b0; rewrite b0 in hb; have const := flat_left hb hf (m := t 1%N).
  by move: up; rewrite (const _ (t 0%N)) ?subrr ?mulr0 ?ltxx // ltW // t_lt.
have [m mb le] := leftmost b0; have const := flat_left hb hf le.
pose h r := e * Num.max 0 (m - r) + f r.
have h_right r : m <= r -> h r = f r by move=> mr; rewrite /h max_l ?subr_le0 // mulr0 add0r.
have h_left r : r <= m -> h r = e * (m - r) + f m by move=> rm; rewrite /h max_r ?subr_ge0 // const.
have ramp : breaks_at b (fun r => Num.max 0 (m - r)).
  have sub : {subset [:: m] <= b} by move=> r; rewrite inE => /eqP->.
  exact: breaks_more sub (@breaks_ramp m).
pose t0 := Num.min m (t 0%N) - 1 - `|f m - f (t 0%N)|; pose t1 := Num.max m (t 0%N).
have f_t1 : f t1 = f (t 0%N) by rewrite /t1; case: leP => // /ltW /const.
have t0m : 1 + `|f m - f (t 0%N)| <= m - t0.
  have -> : m - t0 = (m - Num.min m (t 0%N)) + (1 + `|f m - f (t 0%N)|) by rewrite /t0; ring.
  by rewrite ler_addr subr_ge0 le_minl lexx.
have t0_lt : t0 < m by rewrite -subr_gt0; apply: lt_le_trans t0m; rewrite ltr_paddr ?ltr01.
have m_le : m <= t1 by rewrite /t1 le_maxr lexx.
have m_t1 : m < t 1%N.
  rewrite ltNge; apply/negP => le1; move: up.
  by rewrite (const _ le1) const ?subrr ?mulr0 ?ltxx // (le_trans (ltW (t_lt _ n0))).
have later i : (0 < i <= n)%N -> m <= t i.
  case: i => // i /andP[_]; elim: i => [|i IH] lt; first exact: ltW.
  by apply: le_trans (IH (ltnW lt)) _; apply: ltW; apply: t_lt.
exists m, h, (fun i => if i is i.+1 then if i is 0 then t1 else t i else t0); split=> //.
- exact: breaks_combine ramp hb.
split=> [[|[|i]]|[|[|i]]] lt.
- exact: lt_le_trans t0_lt m_le.
- by rewrite /t1 lt_maxl m_t1 t_lt.
- exact: t_lt.
- rewrite expr0 mulr1 h_right // f_t1 h_left ?ltW //.
  have -> : - e * (f (t 0%N) - (e * (m - t0) + f m)) = (e * e) * (m - t0) + e * (f m - f (t 0%N)) by ring.
  rewrite -expr2 -[e ^+ 2]ger0_norm ?sqr_ge0 // normrX e1 expr1n mul1r.
  have := lexx `|e * (f m - f (t 0%N))|; rewrite ler_norml normrM e1 mul1r => /andP[lo _].
  by apply: lt_le_trans (_ : 0 < (1 + `|f m - f (t 0%N)|) + - `|f m - f (t 0%N)|) (ler_add t0m lo); rewrite addrK ltr01.
- rewrite expr1 mulrN1 opprK h_right ?later // h_right // f_t1; exact: up.
- have le1 : (0 < i.+1 <= n)%N by rewrite /= ltnW.
  have := alt i.+1 lt; rewrite !h_right ?later //.
  by rewrite [in X in _ -> X]exprS mulN1r mulrNN.
Qed.

Lemma alternates_opp f (e : F) t n : alternates f e t n ->
  alternates (fun r => f (- r)) (e * (-1) ^+ n) (fun i => - t (n - i)%N) n.
Proof.
move=> [t_lt alt]; have below i : (i < n)%N -> (n - i.+1 < n)%N.
  by move=> lt; rewrite ltn_subrL /= (leq_ltn_trans _ lt).
split=> i lt; first by rewrite ltr_opp2 -(subnSK lt) t_lt // below.
have sign : (-1) ^+ (n - i.+1) = - ((-1) ^+ n * (-1) ^+ i) :> F.
  by rewrite -[in RHS](subnK lt) exprD exprS mulN1r mulrN mulNr opprK -mulrA -expr2 sqrr_sign mulr1.
have := alt _ (below i lt); rewrite (subnSK lt) sign !opprK.
rewrite (_ : e * - _ * _ = e * (-1) ^+ n * (-1) ^+ i * (f (t (n - i.+1)%N) - f (t (n - i)%N))) //; ring.
Qed.

(** Both outer pieces of f are of no use for rises and falls. *)
Lemma flat_ends f b (e : F) t n : `|e| = 1 -> (0 < n)%N -> breaks_at b f -> flat f -> flat (fun r => f (- r)) ->
  alternates f e t n -> (n < size b)%N.
Proof.
move=> e1 n0 hb left [lo [c right]] alt; have [m [h [t' [hb' h_right alt']]]] := one_more e1 n0 hb left alt.
have flat_right : flat (fun r => h (- r)).
  exists (Num.min lo (- m)), c => r; rewrite le_minr => /andP[le le'].
  by rewrite h_right ?right // ler_oppr.
have e1' : `|- e * (-1) ^+ n.+1| = 1 by rewrite normrM normrX !normrN e1 normr1 expr1n mulr1.
have [_ [g [t'' [gb _ [t_lt alt'']]]]] := one_more e1' (ltn0Sn n) (breaks_opp hb') flat_right (alternates_opp alt').
by have := alternating_needs_breaks gb t_lt alt''; rewrite size_map addn1 ltnS.
Qed.
End Flat.

Section HardTanh.
Variables (F : realFieldType) (d1 dx : nat) (net : network F dx [:: d1] 1) (u : 'cV[F]_dx).
Let f t := eval (@hard_tanh F) net (0 + t *: u) 0 0.

Lemma flat_network s : flat (fun t => f (s * t)).
Proof.
case: net @f => -[w b] [v c] /=.
apply: flat_ext (@flat_sum F d1 (fun j => v 0 j)
  (fun t j => hard_tanh (s * (w *m u) j 0 * t + b j 0)) (c 0 0) _) => [t|j]; last exact: flat_hard_tanh.
rewrite !mxE; congr (_ + _); apply: eq_bigr => j _; rewrite !mxE; congr (_ * hard_tanh (_ + _)).
rewrite mulr_sumr mulr_suml; apply: eq_bigr => i _.
by rewrite !mxE add0r; ring.
Qed.

Lemma hard_tanh_two_layers N : (0 < d1)%N -> (forall i, (i < N)%N -> f i.+1%:R = (-1) ^+ i.+1) -> (N <= 2 * d1)%N.
Proof.
move=> d0 alt; have [b size_b breaks] := pieces_of_networks net 0 u 0 (hard_tanh_pieces F).
rewrite big_seq1 in size_b; case: N alt => [|[|n]] alt //; first by lia.
suff : (n.+1 < size b)%N by lia.
apply: (@flat_ends F f b 1 (fun i => i.+1%:R)) => //; first exact: normr1.
- by apply: flat_ext (flat_network 1) => t; rewrite mul1r.
- by apply: flat_ext (flat_network (-1)) => t; rewrite mulN1r.
split=> i lt; first by rewrite ltr_nat.
rewrite !alt //; last exact: leqW.
by rewrite !exprS !mulN1r !opprK mul1r mulrDr -expr2 sqrr_sign addr_gt0 ?ltr01.
Qed.
End HardTanh.

Theorem hard_tanh_alternating : Hard_tanh_alternating.
Proof.
move=> F N dx d1 u d0 lt [net h].
suff : (N <= 2 * d1)%N by rewrite leqNgt lt.
apply: (hard_tanh_two_layers (net := net) (u := u) d0) => i iN.
by rewrite add0r (h (Ordinal iN)) mxE eqxx.
Qed.

Section OneUnit.
Variables (F : realFieldType) (sp sm : F).
Hypothesis slopes : 0 <= sm < sp.
Notation R := (relu_like sp sm).

Lemma relu_like_mono (s t : F) : s <= t -> R s <= R t.
Proof.
case/andP: slopes => sm0 lt st; have sp0 : 0 <= sp by rewrite (le_trans sm0) ?ltW.
have [s0|s0] := leP 0 s.
  by rewrite !relu_like_pos ?(le_trans s0) // ler_wpmul2l.
rewrite (relu_like_neg _ _ (ltW s0)); have [t0|/ltW t0] := leP 0 t.
  by rewrite relu_like_pos // (le_trans (y := 0)) ?mulr_ge0 // mulr_ge0_le0 // ltW.
by rewrite relu_like_neg // ler_wpmul2l.
Qed.

Lemma one_unit_between (v a c r s t : F) : r <= s <= t -> v * R (a * r + c) = v * R (a * t + c) ->
  v * R (a * s + c) = v * R (a * r + c).
Proof.
have [->|v0] := eqVneq v 0; first by rewrite !mul0r.
move=> /andP[rs st] /(mulfI v0) e; congr (_ * _); apply: le_anti.
have [a0|/ltW a0] := leP 0 a.
  rewrite [in X in X && _]e !relu_like_mono // ler_add2r ler_wpmul2l //.
by rewrite [in X in _ && X]e !relu_like_mono // ler_add2r ler_wnmul2l.
Qed.
End OneUnit.

Theorem one_relu_like : One_relu_like.
Proof.
move=> F sp sm dx start u t slopes /andP[lt1 lt2] [[[w b] [v c]] h].
pose A := (w *m u) 0 0; pose C := (w *m start + b) 0 0.
have value (i : 'I_3) : v 0 0 * relu_like sp sm (A * t (nat_of_ord i) + C) + c 0 0 = (i == 1%N :> nat)%:R.
  have /matrixP/(_ 0 0) := h i; rewrite /= !mxE eqxx mulr1n big_ord1 !mxE => <-.
  congr (_ * relu_like _ _ _ + _); rewrite /A /C !mxE addrA; congr (_ + _).
  rewrite addrC mulr_suml -big_split; apply: eq_bigr => j _ /=.
  by rewrite !mxE mulrDr mulrCA; congr (_ + _); exact: mulrC.
have [v0 v1 v2] := And3 (value (inord 0)) (value (inord 1)) (value (inord 2)).
move: v0 v1 v2; rewrite !inordK //= => v0 v1 v2.
have := @one_unit_between _ _ _ slopes (v 0 0) A C (t 0%N) (t 1%N) (t 2%N).
rewrite !ltW // => /(_ isT) between.
have /between e : v 0 0 * relu_like sp sm (A * t 0%N + C) = v 0 0 * relu_like sp sm (A * t 2%N + C).
  by apply: (addIr (c 0 0)); rewrite v0 v2.
by move: v1; rewrite e v0 => /eqP; rewrite eq_sym oner_eq0.
Qed.
