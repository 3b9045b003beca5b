(** Distinct vectors can be told apart by one linear function, and put in order along it. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Projection.
Variable F : realFieldType.

Lemma non_root (P : {poly F}) : P != 0 -> exists t, P.[t] != 0.
Proof.
move=> P0; pose rs := [seq n%:R | n <- iota 0 (size P)] : seq F.
have [all_root|/allPn[t _ nr]] := boolP (all (root P) rs); last by exists t.
have un : uniq rs by rewrite map_inj_uniq ?iota_uniq // => i j /eqP; rewrite eqr_nat => /eqP.
by have := max_poly_roots P0 all_root un; rewrite size_map size_iota ltnn.
Qed.

(** Finitely many non-zero vectors: a row (1, s, s^2, ...) is orthogonal to none of them. *)
Lemma not_orthogonal (I : finType) d (v : I -> 'cV[F]_d) (P : pred I) :
  (forall i, P i -> v i != 0) -> exists u : 'rV[F]_d, forall i, P i -> (u *m v i) 0 0 != 0.
Proof.
move=> v0; pose p i := rVpoly (v i)^T.
have p0 i : P i -> p i != 0.
  move=> /v0; apply: contra => /eqP h; rewrite -[v i]trmxK.
  have -> : (v i)^T = 0 by rewrite -[LHS]rVpolyK -/(p i) h linear0.
  by rewrite trmx0.
have [|t ht] := non_root (P := \prod_(i | P i) p i); first by apply/prodf_neq0.
exists (\row_k t ^+ k) => i Pi; apply: contra ht => /eqP h.
rewrite horner_prod; apply/prodf_eq0; exists i => //; apply/eqP; rewrite -[RHS]h !mxE.
rewrite /p (horner_coef_wide _ (size_poly _ _)).
by apply: eq_bigr => k _; rewrite coef_rVpoly_ord !mxE mulrC.
Qed.

Lemma projection N d (x : 'I_N -> 'cV[F]_d) :
  injective x -> exists u : 'rV[F]_d, injective (fun i => (u *m x i) 0 0).
Proof.
move=> inj; have [|u hu] := @not_orthogonal _ d (fun ij : 'I_N * 'I_N => x ij.1 - x ij.2) (fun ij => ij.1 != ij.2).
  by move=> [i j] /=; apply: contra; rewrite subr_eq0 => /eqP/inj->.
exists u => i j /= e; apply/eqP; apply: contraT => /(hu (i, j)).
by rewrite /= mulmxBr !mxE subr_eq0 => /eqP; case; move: e; rewrite !mxE.
Qed.

(** The values X i in increasing order are c 1, c 2, ..., continued to the right, with one value c 0 on their left. *)
Lemma sorted_line N (X : 'I_N -> F) : (0 < N)%N -> injective X ->
  exists (c : nat -> F) (pos : 'I_N -> nat),
    [/\ forall n, c n < c n.+1, injective pos, forall i, (pos i < N)%N & forall i, c (pos i).+1 = X i].
Proof.
move=> N0 inj; pose s := sort <=%O [seq X i | i <- enum 'I_N].
have sz : size s = N by rewrite size_sort size_map size_enum_ord.
have us : uniq s by rewrite sort_uniq map_inj_uniq ?enum_uniq.
have ss : sorted <%O s by rewrite lt_sorted_uniq_le us sort_le_sorted.
have mem i : X i \in s by rewrite mem_sort map_f ?mem_enum.
have pos_lt i : (index (X i) s < N)%N by rewrite -[X in (_ < X)%N]sz index_mem.
pose c n := if n is i.+1 then nth 0 s (minn i N.-1) + (i - N.-1)%:R else nth 0 s 0 - 1.
exists c, (fun i => index (X i) s); split=> //.
- case=> [|i] /=; first by rewrite min0n sub0n addr0 ltr_subl_addr ltr_addl ltr01.
  have [h|] := boolP (i < N.-1)%N; last rewrite -leqNgt => h.
    have /eqP e1 : (i - N.-1 == 0)%N by rewrite subn_eq0 ltnW.
    have /eqP e2 : (i.+1 - N.-1 == 0)%N by rewrite subn_eq0.
    rewrite (minn_idPl (ltnW h)) (minn_idPl h) e1 e2 !addr0.
    by rewrite (lt_sorted_ltn_nth 0 ss) // inE sz; [apply: leq_trans h _; rewrite leq_pred|rewrite -(prednK N0) ltnS].
  by rewrite (minn_idPr h) (minn_idPr (leqW h)) ltr_add2l ltr_nat subSn.
- move=> i j e; apply: inj; rewrite -[LHS](nth_index 0 (mem i)) e nth_index //.
- move=> i /=; have h : (index (X i) s <= N.-1)%N by rewrite -ltnS prednK.
  have /eqP e : (index (X i) s - N.-1 == 0)%N by rewrite subn_eq0.
  by rewrite (minn_idPl h) e addr0 nth_index.
Qed.

(** Finitely many choices need no axiom. *)
Lemma nat_choice n (T : Type) (t0 : T) (P : nat -> T -> Prop) :
  (forall k, (k < n)%N -> exists t, P k t) -> exists f : nat -> T, forall k, (k < n)%N -> P k (f k).
Proof.
elim: n => [|n IH] h; first by exists (fun=> t0).
have [k lt|f hf] := IH; first by apply: h; apply: ltnW.
have [t ht] := h n (ltnSn n); exists (fun k => if k == n then t else f k) => k.
by rewrite ltnS leq_eqVlt; have [->|_] := eqVneq k n => //= lt; exact: hf.
Qed.

Lemma list_choice (T U : eqType) (l : seq T) (P : T -> U -> Prop) : (forall t, t \in l -> exists u, P t u) ->
  exists l' : seq (T * U), [seq p.1 | p <- l'] = l /\ forall p, p \in l' -> P p.1 p.2.
Proof.
elim: l => [|t l IH] h; first by exists [::].
have [|l' [e on]] := IH; first by move=> t' lt; apply: h; rewrite inE lt orbT.
have [u hu] := h t (mem_head t l); exists ((t, u) :: l'); split=> [|p]; first by rewrite /= e.
by rewrite inE => /predU1P[->//|]; exact: on.
Qed.
End Projection.
