(** Lemma D.1 and Theorem 3.3: networks have few pieces, alternating labels need many. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Activations Pieces Projection Product Readout.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Theorem lemma_D_1 : Lemma_D_1.
Proof.
move=> F k l g h [c ck hg] [b bl hh]; split.
- exists (c ++ b); first by rewrite size_cat; lia.
  apply: (breaks_ext (f := fun t => 1 * g t + h t)) => [t|]; first by rewrite mul1r.
  by apply: breaks_combine; [apply: breaks_more hg => r|apply: breaks_more hh => r]; rewrite mem_cat => ->; rewrite ?orbT.
- have := breaks_layer (i := tt) (G := fun t _ => h t) hg hh.
  move=> breaks; exists (layer_breaks b (fun t (_ : unit) => h t) c) => //.
  by have := size_layer_breaks b (fun t (_ : unit) => h t) c; rewrite card_unit muln1; nia.
Qed.

Section Networks.
Variables (F : realFieldType) (sigma : F -> F) (c : seq F).
Hypothesis sigma_breaks : breaks_at c sigma.

(** One layer after the other: every breakpoint of a layer is one of all its units. *)
Lemma network_breaks dx ds dy (net : network F dx ds dy) b (G : F -> 'cV[F]_dx) :
  (forall i, breaks_at b (fun t => G t i 0)) -> exists2 b', (size b' < (size b).+1 * \prod_(d <- ds) (1 + size c * d))%N
  & forall a, breaks_at b' (fun t => eval sigma net (G t) a 0).
Proof.
have affine n d (w : 'M[F]_(d, n)) (v : 'cV[F]_d) (H : F -> 'cV[F]_n) b' a :
    (forall i, breaks_at b' (fun t => H t i 0)) -> breaks_at b' (fun t => (w *m H t + v) a 0).
  move=> h; apply: (breaks_ext (f := fun t => \sum_j w a j * H t j 0 + v a 0)) => [t|]; first by rewrite !mxE.
  exact: (@breaks_sum _ b' n (fun j => w a j) (fun t j => H t j 0) (v a 0) h).
elim: ds dx net b G => [|d ds IH] dx /=.
  by case=> w v b G h; exists b => [|a]; [rewrite big_nil muln1|exact: affine].
move=> [[w v] rest] b G h.
pose H t i := (w *m G t + v) i 0; pose b1 := layer_breaks b H c.
have [i|b' lt h'] := IH _ rest b1 (fun t => map_mx sigma (w *m G t + v)).
  apply: (breaks_ext (f := fun t => sigma (H t i))) => [t|]; first by rewrite !mxE /H !mxE.
  by apply: breaks_layer => //; exact: affine.
exists b' => //; apply: leq_trans lt _.
by rewrite big_cons size_layer_breaks card_ord mulnA.
Qed.
End Networks.

Theorem pieces_of_networks : Pieces_of_networks.
Proof.
move=> F sigma p dx dy ds net start direction a [c cp hs].
have [i|b lt h] := network_breaks hs net (b := [::]) (G := fun t => start + t *: direction).
  by apply: (breaks_ext (f := fun t => start i 0 + t * direction i 0)) => [t|]; [rewrite !mxE|exact: breaks_affine].
exists b => //; apply: leq_trans lt _; rewrite mul1n.
elim/big_ind2: _ => // [m1 n1 m2 n2|d _]; first exact: leq_mul.
by rewrite leq_add2l leq_mul2r; apply/orP; right; lia.
Qed.

Section Alternating.
Variables (F : realFieldType) (f : F -> F) (b : seq F).
Hypothesis f_breaks : breaks_at b f.

(** If f rises (e = 1) or falls (e = -1) from x to y, it does so between two numbers without a breakpoint between. *)
Lemma rise (e x y : F) (l : seq F) : x < y -> 0 < e * (f y - f x) -> exists st : F * F,
  [/\ x <= st.1, st.1 < st.2, st.2 <= y, 0 < e * (f st.2 - f st.1) & forall r, r \in l -> ~~ (st.1 < r < st.2)].
Proof.
move=> xy up; elim: l => [|r l [[s t] /= [xs st ty up' none]]]; first by exists (x, y); split.
have [/andP[sr rt]|out] := boolP (s < r < t); last first.
  by exists (s, t); split=> // r'; rewrite in_cons => /orP[/eqP->|/none].
have [left|right] := ltP 0 (e * (f r - f s)).
  exists (s, r); split=> //=; first exact: le_trans (ltW rt) ty.
  move=> r'; rewrite in_cons => /orP[/eqP->|/none]; first by rewrite ltxx andbF.
  by apply: contra => /andP[-> h]; exact: lt_trans h rt.
exists (r, t); split=> //=; first exact: le_trans xs (ltW sr).
  have -> : e * (f t - f r) = e * (f t - f s) - e * (f r - f s) by ring.
  by rewrite subr_gt0 (le_lt_trans right).
move=> r'; rewrite in_cons => /orP[/eqP->|/none]; first by rewrite ltxx.
by apply: contra => /andP[h ->]; rewrite andbT; exact: lt_trans sr h.
Qed.

Lemma alternating_needs_breaks N : (forall i, (i < N)%N -> f i%:R = (-1) ^+ i) -> (N <= size b + 2)%N.
Proof.
move=> alt; case: N alt => [|[|n]] alt; rewrite addn2 // !ltnS.
pose good i (st : F * F) := [/\ i%:R <= st.1, st.1 < st.2, st.2 <= i.+1%:R,
  0 < (-1) ^+ i.+1 * (f st.2 - f st.1) & forall r, r \in b -> ~~ (st.1 < r < st.2)].
have [i lt|st h] := @nat_choice n.+1 _ (0, 0) good.
  apply: rise; first by rewrite ltr_nat.
  rewrite !alt //; last exact: ltnW.
  rewrite mulrBr -exprD addnn -muln2 exprM sqrr_sign exprS mulN1r mulNr opprK.
  by rewrite -exprD addnn -muln2 exprM sqrr_sign addr_gt0 ?ltr01.
have [i lt|cut hc] := @nat_choice n _ 0 (fun i r => r \in b /\ (st i).2 <= r <= (st i.+1).1).
  have [/hasP[r rb inside]|/hasPn out] := boolP (has (fun r => (st i).2 <= r <= (st i.+1).1) b); first by exists r.
  have [i1 i2 i3 up none] := h i (leqW lt); have [j1 j2 j3 down none'] := h i.+1 lt.
  have order : (st i).2 <= (st i.+1).1 by exact: le_trans i3 j1.
  have [||a [d aff]] := f_breaks (s := (st i).1) (t := (st i.+1).2).
  - exact: le_trans (ltW i2) (le_trans order (ltW j2)).
  - move=> r rb; have := none _ rb; have := none' _ rb; have := out _ rb.
    rewrite !negb_and -!leNgt -!ltNge => /orP[lo|hi].
      by move=> _ /orP[->//|h']; move: (lt_le_trans lo h'); rewrite ltxx.
    by move=> /orP[h'|->] _; [move: (lt_le_trans hi h'); rewrite ltxx|rewrite orbT].
  exfalso; move: up down.
  have in1 : f (st i).1 = a * (st i).1 + d.
    by apply: aff; rewrite lexx (le_trans (ltW i2) (le_trans order (ltW j2))).
  have in2 : f (st i).2 = a * (st i).2 + d by apply: aff; rewrite (ltW i2) (le_trans order (ltW j2)).
  have in3 : f (st i.+1).1 = a * (st i.+1).1 + d by apply: aff; rewrite (le_trans (ltW i2) order) (ltW j2).
  have in4 : f (st i.+1).2 = a * (st i.+1).2 + d.
    by apply: aff; rewrite lexx (le_trans (ltW i2) (le_trans order (ltW j2))).
  have slope (e u v : F) : e * (a * u + d - (a * v + d)) = e * a * (u - v) by ring.
  rewrite in1 in2 slope pmulr_lgt0 ?subr_gt0 // => rising.
  rewrite in3 in4 slope pmulr_lgt0 ?subr_gt0 // exprS mulN1r mulNr oppr_gt0 => falling.
  by move: (lt_trans rising falling); rewrite ltxx.
pose cs := mkseq cut n.
have scs : size cs = n by rewrite size_mkseq.
have ordered : sorted <%O cs.
  apply/(sortedP 0) => i; rewrite scs => lt; rewrite !nth_mkseq ?(ltnW lt) //.
  have [_ /andP[_ c1]] := hc i (ltnW lt); have [_ /andP[c2 _]] := hc i.+1 lt.
  have [_ j2 _ _ _] := h i.+1 (leqW lt).
  exact: le_lt_trans c1 (lt_le_trans j2 c2).
rewrite -scs; apply: uniq_leq_size; first by move: ordered; rewrite lt_sorted_uniq_le => /andP[].
by move=> r /mapP[i]; rewrite mem_iota add0n => /= lt ->; case: (hc i lt).
Qed.
End Alternating.

(** The dataset of Appendix D: samples at 0, 1, 2, ... on a coordinate axis, with labels 1, -1, 1, ... *)
Theorem theorem_3_3_sharp : Theorem_3_3_sharp.
Proof.
move=> F sigma p N dx ds hs dx0 lt; pose e : 'cV[F]_dx := delta_mx (Ordinal dx0) 0.
exists (fun i : 'I_N => i%:R *: e), (fun i => ((-1) ^+ i)%:M); split.
- move=> i j /matrixP/(_ (Ordinal dx0) 0); rewrite !mxE !eqxx !mulr1 => /eqP; rewrite eqr_nat => /eqP.
  exact: val_inj.
- move=> i a; rewrite ord1 mxE eqxx mulr1n -signr_odd.
  by case: (odd i); rewrite ?expr0 ?expr1 lexx ?lerN11.
case=> net h; have [b size_b breaks] := pieces_of_networks net 0 e 0 hs.
suff : (N <= size b + 2)%N by lia.
apply: (alternating_needs_breaks breaks) => i iN.
by rewrite add0r (h (Ordinal iN)) mxE eqxx.
Qed.

Theorem theorem_3_3 : Theorem_3_3.
Proof.
move=> F sigma p N dx d1 d2 hs dx0; have p0 : (0 < p)%N by case: (hs) => b lt _; exact: leq_ltn_trans lt.
split=> [lt|d20 lt]; apply: (theorem_3_3_sharp hs dx0); rewrite ?big_cons ?big_nil muln1; first by lia.
by case: p p0 lt {hs} => // p _; rewrite subSS subn0; nia.
Qed.

Section Capacity.
Variable F : realFieldType.

Lemma hard_tanh_pieces : pieces 3 (@hard_tanh F).
Proof.
exists [:: -1; 1] => // s t st none.
have := none (-1); have := none 1; rewrite !inE !eqxx !orbT => /(_ isT) no1 /(_ isT) no2.
rewrite negb_and -!leNgt in no1; rewrite negb_and -!leNgt in no2.
case/orP: no1 => [ge|le].
  by exists 0, 1 => r /andP[sr _]; rewrite hard_tanh_high ?mul0r ?add0r // (le_trans ge).
case/orP: no2 => [ge|le'].
  exists 1, 0 => r /andP[sr rt]; rewrite hard_tanh_in ?mul1r ?addr0 //.
  by rewrite (le_trans ge sr) (le_trans rt le).
by exists 0, (-1) => r /andP[_ rt]; rewrite hard_tanh_low ?mul0r ?add0r // (le_trans rt).
Qed.

Lemma relu_like_pieces (sp sm : F) : pieces 2 (relu_like sp sm).
Proof.
exists [:: 0] => // s t st none; have := none 0; rewrite inE eqxx => /(_ isT); rewrite negb_and -!leNgt.
case/orP=> [ge|le].
  by exists sp, 0 => r /andP[sr _]; rewrite relu_like_pos ?addr0 // (le_trans ge).
by exists sm, 0 => r /andP[_ rt]; rewrite relu_like_neg ?addr0 // (le_trans rt).
Qed.
End Capacity.

Lemma capacity_at_most (F : realFieldType) (sigma : F -> F) p N dx ds : pieces p sigma -> (0 < dx)%N ->
  (forall (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_1), injective x -> fits sigma ds x y) ->
  (N <= \prod_(d <- ds) (1 + (p - 1) * d) + 1)%N.
Proof.
move=> hs dx0 all; rewrite leqNgt; apply/negP => lt.
by have [x [y [inj _ no]]] := theorem_3_3_sharp hs dx0 lt; exact: no (all x y inj).
Qed.

Theorem capacity_of_three_layers : Capacity_of_three_layers.
Proof.
move=> F N dx d1 d2 dx0 /=; split=> [le x y inj|all|sp sm s].
- by apply: (theorem_product (d1 := d1) (d2 := d2) y inj _).1; rewrite divn1.
- by have := capacity_at_most (hard_tanh_pieces F) dx0 all; rewrite !big_cons big_nil muln1.
split=> [le x y inj|all].
- by apply: (theorem_product (d1 := d1) (d2 := d2) y inj _).2 s; rewrite divn1.
- by have := capacity_at_most (relu_like_pieces sp sm) dx0 all; rewrite !big_cons big_nil muln1 subn1 /= !mul1n.
Qed.

Theorem capacity_of_two_layers : Capacity_of_two_layers.
Proof.
move=> F N dx d1 dx0 /=; split=> [le x y inj|all|sp sm s].
- by apply: (theorem_folklore (d1 := d1) y inj _).1; rewrite -addn1.
- by have := capacity_at_most (hard_tanh_pieces F) dx0 all; rewrite big_seq1; lia.
split=> [le x y inj|all].
- by apply: (theorem_folklore (d1 := d1) y inj _).2 s; rewrite -addn1.
- by have := capacity_at_most (relu_like_pieces sp sm) dx0 all; rewrite big_seq1; lia.
Qed.
