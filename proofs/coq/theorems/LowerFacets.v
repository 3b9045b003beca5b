(** Samples in general position are peeled off group by group, along one direction: an affine function that falls along it
    is 0 on the group and negative on all samples left. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify.
From Theorems Require Import Statements Projection GeneralPosition.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section LowerFacets.
Variables (F : realFieldType) (N dx : nat) (x : 'I_N -> 'cV[F]_dx).
Hypotheses (dx_gt0 : (0 < dx)%N) (position : general_position x).
Notation plane := ('rV[F]_dx * F)%type.
Implicit Types (q : plane) (R S T : {set 'I_N}).

(** A vector with a last coordinate, an affine function as a column, and what they give *)
Definition lift_by (a : F) (h : 'cV[F]_dx) : 'rV[F]_(dx + 1) := row_mx h^T a%:M.
Definition column q : 'cV[F]_(dx + 1) := col_mx q.1^T q.2%:M.

Lemma lift_column a h q : lift_by a h *m column q = ((q.1 *m h) 0 0 + a * q.2)%:M.
Proof.
rewrite /lift_by /column mul_row_col -trmx_mul -scalar_mxM [RHS]raddfD; congr (_ + _).
by rewrite [LHS]mx11_scalar mxE.
Qed.

Lemma column_plane (f : 'cV[F]_(dx + 1)) : f = column ((usubmx f)^T, dsubmx f 0 0).
Proof. by rewrite /column /= trmxK -mx11_scalar vsubmxK. Qed.

Definition samples S : 'M[F]_(#|S|, dx + 1) := \matrix_k lift_by 1 (x (enum_val k)).

Lemma samples_column S q : samples S *m column q = \col_k height q (x (enum_val k)).
Proof.
apply/row_matrixP => k; rewrite row_mul rowK lift_column mul1r; apply/rowP => z.
by rewrite [LHS]mxE [RHS]mxE [RHS]mxE ord1.
Qed.

(** Affine independence is linear independence. *)
Lemma independent S : (#|S| <= dx.+1)%N -> row_free (samples S).
Proof.
move=> small; rewrite -kermx_eq0; apply/rowV0P => v; rewrite sub_kermx => /eqP e.
pose w i := \sum_(k < #|S|) v 0 k * (enum_val k == i)%:R.
have wE k : w (enum_val k) = v 0 k.
  rewrite /w (bigD1 k) //= eqxx mulr1 big1 ?addr0 // => j ne.
  by rewrite (inj_eq enum_val_inj) (negbTE ne) mulr0.
have sum : \sum_(i in S) w i *: lift_by 1 (x i) = 0.
  by rewrite big_enum_val -[RHS]e mulmx_sum_row; apply: eq_bigr => k _; rewrite wE rowK.
have top : \sum_(i in S) w i *: x i = 0.
  have := congr1 (fun M : 'rV_(dx + 1) => (lsubmx M)^T) sum; rewrite !linear_sum !linear0 /= => e'; rewrite -[RHS]e'.
  by apply: eq_bigr => i _; rewrite !linearZ /= row_mxKl trmxK.
have bottom : \sum_(i in S) w i = 0.
  have := congr1 (fun M : 'rV_(dx + 1) => (rsubmx M) 0 0) sum; rewrite linear_sum linear0 /= summxE mxE => e'.
  by rewrite -[RHS]e'; apply: eq_bigr => i _; rewrite linearZ /= row_mxKr !mxE eqxx mulr1.
apply/rowP => k; rewrite -wE [RHS]mxE; apply: (position small bottom top); exact: enum_valP.
Qed.

(** Some affine function that is not constant is 0 on the group. *)
Lemma not_constant S : (#|S| <= dx)%N -> exists q, q.1 != 0 /\ forall i, i \in S -> height q (x i) = 0.
Proof.
have [->|[j jS] small] := set_0Vmem S.
  exists (const_mx 1, 0); split=> [|i]; last by rewrite inE.
  by apply/eqP => /rowP/(_ (Ordinal dx_gt0)); rewrite !mxE => /eqP; rewrite oner_eq0.
have : kermx (samples S)^T != 0.
  by rewrite -mxrank_eq0 mxrank_ker mxrank_tr -lt0n subn_gt0 (leq_ltn_trans (rank_leq_row _)) // addn1 ltnS.
case/rowV0Pn => v; rewrite sub_kermx => /eqP/(congr1 trmx); rewrite trmx_mul trmxK trmx0 (column_plane v^T).
set q := (_, _) => zero v0; have on i : i \in S -> height q (x i) = 0.
  by move=> iS; have := zero; rewrite samples_column => /colP/(_ (enum_rank_in iS i)); rewrite !mxE enum_rankK_in.
exists q; split=> //; apply: contra v0 => /eqP q0; rewrite -[v]trmxK (column_plane v^T) -/q.
have := on j jS; rewrite /height q0 mul0mx mxE add0r => c0.
by rewrite /column q0 c0 trmx0 raddf0 col_mx0 trmx0.
Qed.

(** The direction: for every group there is an affine function that is 0 on it, and falls by 1 along the direction. *)
Definition falls (p : 'cV[F]_dx) q := (q.1 *m p) 0 0 = -1.
Definition generic p := forall S, (#|S| <= dx)%N -> exists q, falls p q /\ forall i, i \in S -> height q (x i) = 0.

Lemma direction : exists p, generic p.
Proof.
have [|q hq] := @fin_all_exists _ (fun=> plane)
    (fun S q => (#|S| <= dx)%N -> q.1 != 0 /\ forall i, i \in S -> height q (x i) = 0).
  move=> S; have [small|_] := leqP #|S| dx; last by exists (0, 0).
  by have [q hq] := not_constant small; exists q.
have [|r hr] := @not_orthogonal F _ _ (fun S => (q S).1^T) (fun S => #|S| <= dx)%N.
  by move=> S /hq[q0 _]; rewrite -trmx0 (inj_eq trmx_inj).
exists r^T => S small; have [_ on] := hq S small; have := hr S small; rewrite -[r in X in X -> _]trmxK -trmx_mul mxE.
move: (q S) on => {hq hr} {}q on; set d := (_ *m _) 0 0 => d0.
exists (- d^-1 *: q.1, - d^-1 * q.2); split=> [|i iS].
  by rewrite /falls /= -scalemxAl mxE -/d mulNr mulVf.
by rewrite /height /= -scalemxAl mxE -mulrDr -/(height q (x i)) on // mulr0.
Qed.

Variable p : 'cV[F]_dx.
Hypothesis gen : generic p.

(** Any values on a group, and any slope along the direction *)
Lemma interpolate S (r : 'I_N -> F) (s : F) : (#|S| <= dx)%N ->
  exists q, (q.1 *m p) 0 0 = s /\ forall i, i \in S -> height q (x i) = r i.
Proof.
move=> small; pose M := col_mx (samples S) (lift_by 0 p).
have free : row_free M.
  rewrite -kermx_eq0; apply/rowV0P => v; rewrite sub_kermx -[v]hsubmxK /M mul_row_col => /eqP e.
  have [q [fall on]] := gen small.
  have zero : samples S *m column q = 0 by apply/colP => k; rewrite samples_column !mxE on ?enum_valP.
  have := congr1 (mulmx^~ (column q)) e; rewrite mulmxDl -!mulmxA zero lift_column fall mul0r addr0 mulmx0 add0r mul0mx.
  rewrite mul_mx_scalar scaleN1r => /eqP; rewrite oppr_eq0 => /eqP v0.
  move: e; rewrite v0 mul0mx addr0 => /eqP; rewrite mulmx_free_eq0 ?independent ?leqW // => /eqP->.
  by rewrite row_mx0.
have [B MB] := row_freeP free; pose f := B *m col_mx (\col_k r (enum_val k)) s%:M.
have : M *m f = col_mx (\col_k r (enum_val k)) s%:M by rewrite mulmxA MB mul1mx.
rewrite (column_plane f); set q := (_, _); rewrite mul_col_mx samples_column lift_column => /eq_col_mx[on slope].
exists q; split=> [|i iS]; first by have /matrixP/(_ 0 0) := slope; rewrite !mxE eqxx mul0r addr0 !mulr1n.
by have /colP/(_ (enum_rank_in iS i)) := on; rewrite !mxE enum_rankK_in.
Qed.

(** A group on which the function is 0, and all others left, on which it is negative *)
Definition lower_facet R q T : Prop :=
  [/\ T \subset R, (#|T| <= dx)%N, falls p q, forall i, i \in T -> height q (x i) = 0
    & forall i, i \in R :\: T -> height q (x i) < 0].

(** A function that falls is 0 on at most d_x samples. *)
Lemma few_zeros q T : falls p q -> (forall i, i \in T -> height q (x i) = 0) -> (#|T| <= dx)%N.
Proof.
move=> fall on; rewrite leqNgt; apply/negP => big.
pose S := [set i in take dx.+1 (enum T)].
have card : #|S| = dx.+1.
  by rewrite cardsE (card_uniqP _) ?take_uniq ?enum_uniq // size_takel // -cardE.
have full : row_full (samples S).
  by have /eqP r := independent (eq_leq card); rewrite /row_full r card addn1.
have /submxP[D e] := submx_full (lift_by 0 p) full.
have := congr1 (mulmx^~ (column q)) e; rewrite lift_column fall mul0r addr0 -mulmxA samples_column.
have -> : \col_k height q (x (enum_val k)) = 0 :> 'cV_#|S|.
  apply/colP => k; rewrite !mxE on //; have := enum_valP k; rewrite inE => /mem_take.
  by rewrite mem_enum.
by rewrite mulmx0 => /matrixP/(_ 0 0); rewrite !mxE eqxx => /eqP; rewrite mulr1n oppr_eq0 oner_eq0.
Qed.

(** From below, a function that falls is turned until it is 0 on one sample more. *)
Lemma touch R k : (k <= minn dx #|R|)%N -> exists q,
  [/\ falls p q, forall i, i \in R -> height q (x i) <= 0 & (k <= #|[set i in R | height q (x i) == 0%R]|)%N].
Proof.
elim: k => [_|k IH]; last rewrite leq_min => /andP[k_dx k_R].
  have [|q [fall _]] := @interpolate set0 (fun=> 0) (-1); first by rewrite cards0.
  exists (q.1, - \sum_i `|(q.1 *m x i) 0 0|); split=> [|i _|]; [exact: fall| |exact: leq0n].
  rewrite /height /= subr_le0 (le_trans (ler_norm _)) // (bigD1 i) //= ler_addl.
  by apply: sumr_ge0.
have [|q [fall below many]] := IH; first by rewrite leq_min (ltnW k_dx) (ltnW k_R).
set T := [set i in R | _] in many; have [//|few] := leqP k.+1 #|T|; first by exists q.
have TR : T \subset R by apply/subsetP => i; rewrite inE => /andP[].
have [a aR aT] : exists2 a, a \in R & a \notin T.
  by apply/subsetPn; apply/negP => /subset_leq_card le; move: (leq_trans (leq_trans k_R le) few); rewrite ltnn.
have [|g [along on]] := @interpolate (a |: T) (fun i => (i == a)%:R) 0.
  by rewrite cardsU1 aT (leq_ltn_trans _ k_dx) // -ltnS.
have ga : 0 < height g (x a) by rewrite on ?setU11 // eqxx ltr01.
pose turn i := - height q (x i) / height g (x i).
have hit_a : (a \in R) && (0 < height g (x a)) by rewrite aR ga.
have [b /andP[bR gb] least] := @arg_minP _ _ _ a (fun i => (i \in R) && (0 < height g (x i))) turn hit_a.
have turned i : height (q.1 + turn b *: g.1, q.2 + turn b * g.2) (x i) = height q (x i) + turn b * height g (x i).
  by rewrite /height /= mulmxDl -scalemxAl mxE [in X in _ + X + _ = _]mxE mulrDr addrACA.
have turn0 : 0 <= turn b by rewrite /turn mulNr oppr_ge0 pmulr_lle0 ?invr_gt0 ?below.
exists (q.1 + turn b *: g.1, q.2 + turn b * g.2); split=> [|i iR|].
- by rewrite /falls /= mulmxDl -scalemxAl mxE fall [X in _ + X]mxE along mulr0 addr0.
- rewrite turned; have [gi|gi] := ltP 0 (height g (x i)); last first.
    by rewrite -[leRHS]addr0 ler_add ?below // mulr_ge0_le0.
  rewrite -ler_subr_addl sub0r -ler_pdivl_mulr //; apply: least.
  by rewrite iR gi.
apply: leq_trans (_ : #|b |: T| <= _)%N.
  rewrite cardsU1 (_ : b \notin T) ?add1n //; apply/negP => bT; move: gb.
  by rewrite on ?setU1r // (_ : b == a = false) ?ltxx //; apply: contraNF aT => /eqP<-.
apply: subset_leq_card; apply/subsetP => i; rewrite !inE turned => /orP[/eqP->|/andP[iR /eqP q0]].
  by rewrite bR /turn mulfVK ?subrr ?eqxx // gt_eqF.
have iT : i \in T by rewrite inE iR q0 eqxx.
rewrite iR q0 on ?setU1r // (_ : i == a = false) ?mulr0 ?addr0 ?eqxx //.
by apply: contraNF aT => /eqP<-.
Qed.

Lemma facet R : exists q T, lower_facet R q T /\ #|T| = minn dx #|R|.
Proof.
have [q [fall below many]] := touch (leqnn (minn dx #|R|)).
exists q, [set i in R | height q (x i) == 0]; set T := [set i in R | _] in many *.
have TR : T \subset R by apply/subsetP => i; rewrite inE => /andP[].
have on i : i \in T -> height q (x i) = 0 by rewrite inE => /andP[_ /eqP].
have small := few_zeros fall on; split; last first.
  by apply/eqP; rewrite eqn_leq many leq_min small subset_leq_card.
by split=> // i /setDP[iR]; rewrite inE iR /= lt_neqAle below // andbT.
Qed.

(** All samples of a set, group by group *)
Fixpoint peels R (l : seq (plane * {set 'I_N})) : Prop :=
  if l is (q, T) :: l' then lower_facet R q T /\ peels (R :\: T) l' else R = set0.

Lemma peeling R : exists l, peels R l /\ (size l <= (#|R| + dx.-1) %/ dx)%N.
Proof.
have [n le] := ubnP #|R|; elim: n R le => // n IH R; rewrite ltnS => le.
have [->|R0] := eqVneq R set0; first by exists [::].
have [q [T [low card]]] := facet R; have TR : T \subset R by case: low.
have rest : #|R :\: T| = (#|R| - minn dx #|R|)%N by rewrite cardsD (setIidPr TR) card.
have R1 : (0 < #|R|)%N by rewrite card_gt0.
have [|l [pl few]] := IH (R :\: T); first by rewrite rest; lia.
exists ((q, T) :: l); split=> //=.
move: few; rewrite rest !leq_divRL // mulSn; have [full|few] := leqP dx #|R|.
  by move: (size l * dx)%N (#|R|) full => a b; lia.
by case: (size l) => [|k]; rewrite ?mulSn; move: few R1; move: #|R| => b; lia.
Qed.
End LowerFacets.
