(** Samples in general position: groups of at most d_x samples of one class, and a hyperplane through each group that
    holds no other sample. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify.
From Theorems Require Import Statements Projection.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** The value of the affine function u h + c *)
Definition height (F : realFieldType) (dx : nat) (p : 'rV[F]_dx * F) (h : 'cV[F]_dx) := (p.1 *m h) 0 0 + p.2.

Section GeneralPosition.
Variables (F : realFieldType) (N dx : nat) (x : 'I_N -> 'cV[F]_dx).
Hypothesis position : general_position x.

(** Samples with a last coordinate 1; affine independence is linear independence. *)
Let X i : 'cV[F]_(dx + 1) := col_mx (x i) 1%:M.

Lemma outside_span (S : {set 'I_N}) (B := \matrix_(j < N) (if j \in S then (X j)^T else 0)) i :
  (#|S| <= dx)%N -> i \notin S -> (cokermx B)^T *m X i != 0.
Proof.
move=> small out; apply/eqP => /(congr1 trmx); rewrite trmx_mul trmxK trmx0 => /eqP.
rewrite -submxE => /submxP[D span].
pose w j : F := if j == i then -1 else D 0 j.
have card : (#|i |: S| <= dx.+1)%N by rewrite cardsU1 out.
have sum : \sum_(j in i |: S) w j *: X j = 0.
  rewrite big_setU1 //= /w eqxx scaleN1r addrC; apply/eqP; rewrite subr_eq0; apply/eqP.
  rewrite -[X i]trmxK span mulmx_sum_row linear_sum big_mkcond; apply: eq_bigr => j _.
  rewrite rowK; case: ifP => jS; last by rewrite scaler0 linear0.
  by rewrite linearZ /= trmxK; case: eqP => // e; rewrite -e jS in out.
have top : \sum_(j in i |: S) w j *: x j = 0.
  have := congr1 usubmx sum; rewrite linear_sum linear0 /= => e; rewrite -[RHS]e.
  by apply: eq_bigr => j _; rewrite linearZ /= col_mxKu.
have bottom : \sum_(j in i |: S) w j = 0.
  have := congr1 (fun M : 'cV_(dx + 1) => (dsubmx M) 0 0) sum; rewrite linear_sum linear0 /= summxE mxE => e.
  by rewrite -[RHS]e; apply: eq_bigr => j _; rewrite linearZ /= col_mxKd !mxE eqxx mulr1.
have := position card bottom top (setU11 i S); rewrite /w eqxx => /eqP.
by rewrite oppr_eq0 oner_eq0.
Qed.

Lemma hyperplane (S : {set 'I_N}) : (#|S| <= dx)%N ->
  exists (u : 'rV[F]_dx) (c : F), forall i, ((u *m x i) 0 0 + c == 0) = (i \in S).
Proof.
move=> small; pose B := \matrix_(j < N) (if j \in S then (X j)^T else 0).
have [|r nonzero] := @not_orthogonal F _ _ (fun i => (cokermx B)^T *m X i) (fun i => i \notin S).
  by move=> i; exact: outside_span.
pose R := r *m (cokermx B)^T; exists (lsubmx R), ((rsubmx R) 0 0) => i.
have -> : (lsubmx R *m x i) 0 0 + rsubmx R 0 0 = (r *m ((cokermx B)^T *m X i)) 0 0.
  by rewrite mulmxA -/R -[in RHS](hsubmxK R) mul_row_col mulmx1 [RHS]mxE.
have [iS|out] := boolP (i \in S); last exact/negbTE/nonzero.
have : ((X i)^T <= B)%MS by rewrite (_ : (X i)^T = row i B) ?row_sub // rowK iS.
rewrite submxE => /eqP/(congr1 trmx); rewrite trmx_mul trmxK trmx0 => ->.
by rewrite mulmx0 mxE eqxx.
Qed.

End GeneralPosition.

Section Groups.
Variables (N dx : nat).
Hypothesis dx_gt0 : (0 < dx)%N.

(** A list of samples is cut into groups of d_x and a rest. *)
Lemma cut (l : seq 'I_N) : uniq l -> exists ss : seq {set 'I_N},
  [/\ all (fun S : {set 'I_N} => #|S| <= dx)%N ss, (size ss <= (size l + dx.-1) %/ dx)%N
    & forall i, count (fun S : {set 'I_N} => i \in S) ss = (i \in l)].
Proof.
have [s le] := ubnP (size l); elim: s l le => // s IH l le un.
have [->|ne] := eqVneq l [::]; first by exists [::].
have l0 : (0 < size l)%N by case: (l) ne.
have [||ss [small few once]] := IH (drop dx l); rewrite ?size_drop ?drop_uniq //; first by lia.
exists ([set i in take dx l] :: ss); split=> [|/=|i /=].
- rewrite /= small andbT cardsE (card_uniqP _) ?take_uniq // size_take; by case: ifP => //; lia.
- move: few; rewrite size_drop !leq_divRL // mulSn; case: (size ss) => [|r]; rewrite ?mulSn; lia.
rewrite once inE -[in RHS](cat_take_drop dx l) mem_cat.
have := un; rewrite -[in uniq l](cat_take_drop dx l) cat_uniq => /and3P[_ /hasPn disjoint _].
have [h|h] := boolP (i \in drop dx l); last by rewrite orbF addn0.
by have /negbTE-> : i \notin take dx l := disjoint _ h.
Qed.

(** For every class, so many groups are enough. *)
Lemma groups_of dy (class : 'I_N -> 'I_dy) : exists groups : seq ({set 'I_N} * 'I_dy),
  [/\ forall g, g \in groups -> (#|g.1| <= dx)%N, forall g i, g \in groups -> i \in g.1 -> g.2 = class i,
      (size groups <= number_of_groups dx class)%N
    & forall i, count (fun g : {set 'I_N} * 'I_dy => i \in g.1) groups = 1%N].
Proof.
suff [groups [small same few once]] : exists groups : seq ({set 'I_N} * 'I_dy),
    [/\ forall g, g \in groups -> (#|g.1| <= dx)%N, forall g i, g \in groups -> i \in g.1 -> g.2 = class i,
        (size groups <= \sum_(k <- enum 'I_dy) (#|[set i | class i == k]| + dx.-1) %/ dx)%N
      & forall i, count (fun g : {set 'I_N} * 'I_dy => i \in g.1) groups = (class i \in enum 'I_dy)].
  by exists groups; split=> // [|i]; [rewrite /number_of_groups -big_enum|rewrite once mem_enum].
have := enum_uniq 'I_dy; elim: (enum 'I_dy) => [|k ks IH]; first by exists [::]; split.
case/andP=> new /IH[groups [small same few once]].
have [|ss [small' few' once']] := @cut [seq i <- enum 'I_N | class i == k]; first by rewrite filter_uniq ?enum_uniq.
exists ([seq (S, k) | S <- ss] ++ groups); split=> [g|g i||i].
- by rewrite mem_cat => /orP[/mapP[S Sss ->]|]; [exact: (allP small')|exact: small].
- rewrite mem_cat => /orP[/mapP[S Sss -> /=] iS|]; last exact: same.
  have : (0 < count (fun S : {set 'I_N} => i \in S) ss)%N by rewrite -has_count; apply/hasP; exists S.
  by rewrite once' mem_filter; case: eqP.
- rewrite size_cat size_map big_cons leq_add // (leq_trans few') // leq_eqVlt; apply/orP; left; apply/eqP.
  by rewrite cardsE -sum1_card size_filter -sum1_count big_enum_cond.
rewrite count_cat count_map once /= once' mem_filter mem_enum andbT inE.
by have [->|] := eqVneq (class i) k; rewrite //= (negbTE new).
Qed.

(** The number of groups is at most N/d_x + d_y. *)
Lemma groups_le dy (class : 'I_N -> 'I_dy) :
  (number_of_groups dx class * dx <= N + dy * dx)%N.
Proof.
have total : (\sum_(k < dy) #|[set i | class i == k]| = N)%N.
  rewrite -[RHS]card_ord -[RHS]sum1_card (partition_big class xpredT) //=; apply: eq_bigr => k _.
  by rewrite -sum1_card; apply: eq_bigl => i; rewrite inE.
apply: leq_trans (_ : \sum_(k < dy) #|[set i | class i == k]| + dy * dx <= _)%N; last by rewrite total.
rewrite /number_of_groups big_distrl /= -[in (_ * dx)%N](card_ord dy) -sum_nat_const -big_split /=; apply: leq_sum => k _.
by rewrite (leq_trans (leq_trunc_div _ _)) // leq_add2l leq_pred.
Qed.

(** How often a sample is in one of some groups *)
Lemma count_groups (F : realFieldType) dy (groups : seq ({set 'I_N} * 'I_dy)) i :
  \sum_(g <- groups) (i \in g.1)%:R = (count (fun g : {set 'I_N} * 'I_dy => i \in g.1) groups)%:R :> F.
Proof. by rewrite -sum1_count natr_sum [RHS]big_mkcond /=; apply: eq_bigr => g _; case: ifP. Qed.
End Groups.
