(** Pieces of sums, of compositions and of networks: Lemma D.1, with breakpoints shared by all units of a layer. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Pieces.
Variable F : realFieldType.
Implicit Types (f g : F -> F) (b : seq F) (s t r : F).

Lemma breaks_ext b f g : f =1 g -> breaks_at b f -> breaks_at b g.
Proof.
by move=> e h s t st none; have [a [c aff]] := h s t st none; exists a, c => r inside; rewrite -e aff.
Qed.

Lemma breaks_more b b' f : {subset b <= b'} -> breaks_at b f -> breaks_at b' f.
Proof. by move=> sub h s t st none; apply: h => // r rb; apply: none; exact: sub. Qed.

Lemma breaks_constant b (c : F) : breaks_at b (fun=> c).
Proof. by move=> s t _ _; exists 0, c => r _; rewrite mul0r add0r. Qed.

Lemma breaks_affine b (a c : F) : breaks_at b (fun t => c + t * a).
Proof. by move=> s t _ _; exists a, c => r _; rewrite addrC mulrC. Qed.

Lemma breaks_combine b f g (w : F) : breaks_at b f -> breaks_at b g -> breaks_at b (fun t => w * f t + g t).
Proof.
move=> hf hg s t st none; have [a [c af]] := hf s t st none; have [a' [c' ag]] := hg s t st none.
by exists (w * a + a'), (w * c + c') => r inside; rewrite af // ag //; ring.
Qed.

Lemma breaks_sum b n (w : 'I_n -> F) (G : F -> 'I_n -> F) (c : F) : (forall j, breaks_at b (fun t => G t j)) ->
  breaks_at b (fun t => \sum_j w j * G t j + c).
Proof.
move=> h; elim: (index_enum _) => [|j l IH].
  by apply: (breaks_ext (f := fun=> c)) => [t|]; [rewrite big_nil add0r|exact: breaks_constant].
by apply: (breaks_ext (f := _)) (breaks_combine (w j) (h j) IH) => t; rewrite big_cons addrA.
Qed.

(** * Between two neighbouring breakpoints an affine function takes every value once *)
Section Compose.
Variable b : seq F.
Let srt := sort <=%O b.

(** The ends of the j-th interval without breakpoints; where it is unbounded, one unit away from the other end *)
Definition low j := if j is i.+1 then nth 0 srt i else nth 0 srt 0 - 1.
Definition high j := if (j < size srt)%N then nth 0 srt j else low j + 1.

Lemma sorted_nth i j : (i <= j)%N -> (j < size srt)%N -> nth 0 srt i <= nth 0 srt j.
Proof.
move=> le lt; apply: (sorted_leq_nth le_trans le_refl) => //; last by rewrite inE (leq_ltn_trans le lt).
exact: sort_le_sorted.
Qed.

(** The interval that begins left of s and ends right of it *)
Definition place s := find (fun r => s < r) srt.

Lemma left_of_place s i : (i < place s)%N -> nth 0 srt i <= s.
Proof. by move=> lt; rewrite leNgt (before_find 0 lt). Qed.

Lemma right_of_place s : (place s < size srt)%N -> s < nth 0 srt (place s).
Proof. by move=> lt; apply: (nth_find 0); rewrite has_find. Qed.

Lemma low_lt_high s : low (place s) < high (place s).
Proof.
rewrite /high; case: ltnP => lt; last by rewrite ltr_addl ltr01.
case e : (place s) => [|i] /=; first by rewrite ltr_subl_addr ltr_addl ltr01.
have le : nth 0 srt i <= s by apply: left_of_place; rewrite e.
by apply: le_lt_trans le _; rewrite -e; exact: right_of_place.
Qed.

(** If no breakpoint is between s and t, none is between the ends of the interval, s and t. *)
Lemma none_around s t : s <= t -> (forall r, r \in b -> ~~ (s < r < t)) ->
  forall r, r \in b -> ~~ (Num.min (low (place s)) s < r < Num.max (high (place s)) t).
Proof.
move=> st none r rb; have rs : r \in srt by rewrite mem_sort.
rewrite -(nth_index 0 rs); set i := index r srt; have lt : (i < size srt)%N by rewrite index_mem.
have [le|ge] := ltnP i (place s).
  rewrite negb_and -!leNgt le_minr (left_of_place le) andbT.
  case e : (place s) => [|k] /=; first by rewrite e in le.
  rewrite sorted_nth //; first by rewrite -ltnS -e.
  by apply: leq_trans (find_size (fun r => s < r) srt); rewrite -/(place s) e.
have here := leq_ltn_trans ge lt.
rewrite negb_and orbC -!leNgt le_maxl /high here sorted_nth //=.
have after := right_of_place here.
have mem : nth 0 srt (place s) \in b by rewrite -(mem_sort <=%O) mem_nth.
have := none _ mem; rewrite after -leNgt => h.
by rewrite (le_trans h (sorted_nth ge lt)).
Qed.

(** Where h is affine from P to Q, the place where it is r, if there is one *)
Definition root (h : F -> F) r j := low j + (r - h (low j)) * (high j - low j) / (h (high j) - h (low j)).

Lemma rootP (h : F -> F) s t u : breaks_at b h -> s <= t -> (forall r, r \in b -> ~~ (s < r < t)) ->
  s <= u <= t -> h s != h t -> root h (h u) (place s) = u.
Proof.
move=> hb st none /andP[su ut] ne.
have [|a [c aff]] := hb _ _ _ (none_around st none).
  by apply: le_trans (_ : s <= _); rewrite ?le_minl ?le_maxr ?lexx ?st ?orbT.
have at_s : h s = a * s + c by apply: aff; rewrite le_minl le_maxr lexx st !orbT.
have at_t : h t = a * t + c by apply: aff; rewrite le_minl le_maxr lexx st !orbT.
have at_u : h u = a * u + c by apply: aff; rewrite le_minl le_maxr su ut !orbT.
have lh := low_lt_high s.
have at_low : h (low (place s)) = a * low (place s) + c.
  by apply: aff; rewrite le_minl le_maxr lexx (ltW lh).
have at_high : h (high (place s)) = a * high (place s) + c.
  by apply: aff; rewrite le_minl le_maxr lexx (ltW lh).
have a0 : a != 0 by apply: contra ne => /eqP a0; rewrite at_s at_t a0 !mul0r.
rewrite /root at_low at_high at_u; field.
by rewrite opprD addrACA subrr addr0 -mulrBr mulf_neq0 // subr_eq0 gt_eqF.
Qed.
End Compose.

(** * A layer: every unit adds breakpoints where its input is at one of sigma's own, once in every interval *)
Definition layer_breaks b (I : finType) (G : F -> I -> F) (c : seq F) : seq F :=
  b ++ [seq root b (fun t => G t ir.1) ir.2 j | ir <- [seq (i, r) | i <- enum I, r <- c], j <- iota 0 (size b).+1].

Lemma size_layer_breaks b (I : finType) (G : F -> I -> F) c :
  (size (layer_breaks b G c)).+1 = ((size b).+1 * (1 + size c * #|I|))%N.
Proof.
rewrite size_cat !size_allpairs size_iota -cardE -addSn mulnDr muln1; congr (_ + _)%N.
by rewrite mulnC [(size c * _)%N]mulnC.
Qed.

Lemma breaks_layer b (I : finType) (G : F -> I -> F) c sigma i : breaks_at c sigma ->
  breaks_at b (fun t => G t i) -> breaks_at (layer_breaks b G c) (fun t => sigma (G t i)).
Proof.
move=> hs hG s t st none; pose h t := G t i.
have none_b r : r \in b -> ~~ (s < r < t) by move=> rb; apply: none; rewrite mem_cat rb.
have [a [e aff]] := hG s t st none_b.
have at_s : h s = a * s + e by apply: aff; rewrite lexx.
have at_t : h t = a * t + e by apply: aff; rewrite lexx st.
have [|r rc|a' [e' aff']] := hs (Num.min (h s) (h t)) (Num.max (h s) (h t)).
- by apply: le_trans (_ : h s <= _); rewrite ?le_minl ?le_maxr lexx.
- apply/negP => /andP[lo hi].
  have ne : h s != h t by apply: contraTneq lo => e1; rewrite e1 minxx -leNgt; rewrite e1 maxxx in hi; exact: ltW.
  have a0 : a != 0 by apply: contra ne => /eqP a0; rewrite at_s at_t a0 !mul0r.
  pose u := (r - e) / a; have ur : r = a * u + e by rewrite /u; field.
  have between : s < u < t.
    move: lo hi; rewrite at_s at_t ur; have [ap|an|z] := ltrgtP 0 a; last by rewrite z eqxx in a0.
      have m : a * s + e <= a * t + e by rewrite ler_add2r ler_wpmul2l // ltW.
      by rewrite (min_idPl m) (max_idPr m) !ltr_add2r !ltr_pmul2l // => -> ->.
    have m : a * t + e <= a * s + e by rewrite ler_add2r ler_wnmul2l // ltW.
    by rewrite (min_idPr m) (max_idPl m) !ltr_add2r !ltr_nmul2l // => -> ->.
  have uin : s <= u <= t by case/andP: between => /ltW-> /ltW->.
  have hu : h u = r by rewrite ur; exact: aff.
  have := rootP hG st none_b uin ne; rewrite -/(h u) hu => root_u.
  have /negP := contraL (none u) between; apply.
  rewrite mem_cat -root_u; apply/orP; right; apply/allpairsP; exists ((i, r), place b s); split=> //.
    by apply/allpairsP; exists (i, r); rewrite mem_enum.
  by rewrite mem_iota /= add0n ltnS -(size_sort <=%O) find_size.
exists (a' * a), (a' * e + e') => r inside; rewrite aff //.
rewrite aff'; first by ring.
rewrite at_s at_t; case/andP: inside => sr rt.
have [ap|an] := leP 0 a.
  by rewrite le_minl le_maxr !ler_add2r (ler_wpmul2l ap sr) (ler_wpmul2l ap rt) ?orbT.
by rewrite le_minl le_maxr !ler_add2r (ler_wnmul2l (ltW an) sr) (ler_wnmul2l (ltW an) rt) ?orbT.
Qed.
End Pieces.
