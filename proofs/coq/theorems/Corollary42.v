(** Corollary 4.2: groups of d_x samples of one class, each with a hyperplane that holds no other sample, and a gate on
    every hyperplane. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Activations Networks Projection Gates.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

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

(** A hyperplane and a large factor: the gate is 1 on the group and 0 at all other samples. *)
Lemma group_gate (S : {set 'I_N}) : (#|S| <= dx)%N ->
  exists (u : 'rV[F]_dx) (c : F), forall i, gate ((u *m x i) 0 0 + c) = (i \in S)%:R.
Proof.
move=> small; have [u [c h]] := hyperplane small.
pose v i := (u *m x i) 0 0 + c; pose alpha := \sum_(i | i \notin S) `|v i|^-1.
exists (alpha *: u), (alpha * c) => i.
have -> : (alpha *: u *m x i) 0 0 + alpha * c = alpha * v i by rewrite -scalemxAl mxE -mulrDr.
have [iS|out] := boolP (i \in S).
  have /eqP -> : v i == 0 by rewrite h.
  by rewrite mulr0 /gate normr0 subr0 max_r ?ler01.
have v0 : 0 < `|v i| by rewrite normr_gt0 h.
have alpha0 : 0 <= alpha by apply: sumr_ge0 => j _; rewrite invr_ge0.
rewrite /gate max_l // subr_le0 normrM (ger0_norm alpha0) -ler_pdivr_mulr // mul1r.
by rewrite /alpha (bigD1 i) //= ler_addl; apply: sumr_ge0 => j _; rewrite invr_ge0.
Qed.
End GeneralPosition.

(** n units make a gate. *)
Definition gate_of (F : realFieldType) (sigma : F -> F) n : Prop :=
  exists (a b v : 'I_n -> F) (e : F), forall t, \sum_j v j * sigma (a j * t + b j) + e = gate t.

Section Network.
Variables (F : realFieldType) (sigma : F -> F) (n : nat).
Hypothesis gates : gate_of sigma n.
Variables (N dx dy : nat) (x : 'I_N -> 'cV[F]_dx).
Hypothesis position : general_position x.

(** A gate for every group adds 1 to the output of the group's class. *)
Lemma gate_network (groups : seq ({set 'I_N} * 'I_dy)) : all (fun g : {set 'I_N} * 'I_dy => #|g.1| <= dx)%N groups ->
  exists net : network F dx [:: (size groups * n)%N] dy, forall i,
  eval sigma net (x i) = \sum_(g <- groups) ((i \in g.1)%:R *: delta_mx g.2 0).
Proof.
elim: groups => [|[S k] groups IH] /=.
  by exists (0, 0, (0, 0)) => i; rewrite big_nil /= mul0mx addr0.
case/andP=> small /IH[[[w b] [v e]] h] /=; have [u [c on]] := group_gate position small.
have [a' [b' [v' [e' unit]]]] := gates.
pose w1 : 'M[F]_(n, dx) := \matrix_(j, l) (a' j * u 0 l); pose b1 : 'cV[F]_n := \col_j (a' j * c + b' j).
pose v1 : 'M[F]_(dy, n) := \matrix_(a, j) (if a == k then v' j else 0).
exists (col_mx w1 w, col_mx b1 b, (row_mx v1 v, e' *: delta_mx k 0 + e)) => i.
rewrite big_cons -h /= mul_col_mx add_col_mx map_col_mx mul_row_col addrACA; congr (_ + _).
rewrite -on -unit; apply/matrixP => a z; rewrite !ord1 [LHS]mxE mxE mxE mxE [in RHS]mxE [delta_mx k 0 a 0]mxE eqxx andbT.
have entry j : map_mx sigma (w1 *m x i + b1) j 0 = sigma (a' j * ((u *m x i) 0 0 + c) + b' j).
  rewrite !mxE mulrDr mulr_sumr addrA; congr (sigma (_ + _ + _)).
  by apply: eq_bigr => l _; rewrite !mxE mulrA.
under eq_bigr => j _ do rewrite entry mxE.
case: eqP => _; first by rewrite !mulr1.
by rewrite big1 ?mulr0 ?addr0 // => j _; rewrite mul0r.
Qed.

(** A list of samples is cut into groups of d_x and a rest. *)
Lemma cut (l : seq 'I_N) : (0 < dx)%N -> uniq l -> exists ss : seq {set 'I_N},
  [/\ all (fun S : {set 'I_N} => #|S| <= dx)%N ss, (size ss * dx < size l + dx)%N
    & forall i, \sum_(S <- ss) (i \in S)%:R = (i \in l)%:R :> F].
Proof.
move=> dx0; have [s le] := ubnP (size l); elim: s l le => // s IH l le un.
have [->|ne] := eqVneq l [::]; first by exists [::]; split=> // i; rewrite big_nil.
have l0 : (0 < size l)%N by case: (l) ne.
have [||ss [small few sum]] := IH (drop dx l); rewrite ?size_drop ?drop_uniq //; first by lia.
exists ([set i in take dx l] :: ss); split=> [|/=|i].
- rewrite /= small andbT cardsE (card_uniqP _) ?take_uniq // size_take; by case: ifP => //; lia.
- rewrite size_drop in few; rewrite mulSn; have [short|long] := leqP (size l) dx; last by lia.
  by move: few; case: (size ss) => [|r]; rewrite ?mulSn; lia.
rewrite big_cons sum inE -[in RHS](cat_take_drop dx l) mem_cat.
have := un; rewrite -[in uniq l](cat_take_drop dx l) cat_uniq => /and3P[_ /hasPn disjoint _].
have [h|h] := boolP (i \in drop dx l); last by rewrite orbF addr0.
have /negbTE-> : i \notin take dx l := disjoint _ h.
by rewrite add0r.
Qed.

Variable class : 'I_N -> 'I_dy.

Lemma groups_of (ks : seq 'I_dy) : (0 < dx)%N -> exists groups : seq ({set 'I_N} * 'I_dy),
  [/\ all (fun g : {set 'I_N} * 'I_dy => #|g.1| <= dx)%N groups,
      (size groups * dx <= \sum_(k <- ks) (\sum_i (class i == k) + dx))%N
    & forall i, \sum_(g <- groups) ((i \in g.1)%:R *: delta_mx g.2 0)
      = \sum_(k <- ks) (class i == k)%:R *: delta_mx k 0 :> 'cV[F]_dy].
Proof.
move=> dx0; elim: ks => [|k ks [groups [small few sum]]].
  by exists [::]; split=> // i; rewrite !big_nil.
have [|ss [small' few' sum']] := @cut [seq i <- enum 'I_N | class i == k] dx0; first by rewrite filter_uniq ?enum_uniq.
exists ([seq (S, k) | S <- ss] ++ groups); split=> [||i].
- by rewrite all_cat small andbT all_map.
- rewrite size_cat size_map big_cons mulnDl leq_add // ltnW //; apply: leq_trans few' _.
  by rewrite leq_add2r size_filter -sum1_count big_enum_cond /= big_mkcond; apply: leq_sum => j _; case: ifP.
rewrite big_cat big_cons sum; congr (_ + _); rewrite big_map /= -scaler_suml sum' mem_filter mem_enum andbT.
by [].
Qed.

Lemma classify d1 : (0 < dx)%N -> (n * N + n * dy * dx <= d1 * dx)%N -> fits sigma [:: d1] x (one_hot F class).
Proof.
move=> dx0 le; have [groups [small few sum]] := groups_of (index_enum (ordinal_finType dy)) dx0.
have [net h] := gate_network small.
apply: (@widen _ _ [:: (size groups * n)%N]) => //=.
  rewrite andbT -(leq_pmul2r dx0); apply: leq_trans le.
  rewrite -[(n * dy * dx)%N]mulnA -mulnDr mulnAC [X in (X <= _)%N]mulnC leq_mul2l; apply/orP; right.
  apply: leq_trans few _; rewrite big_split /= sum_nat_const card_ord exchange_big /= leq_add2r.
  rewrite -[leqRHS](card_ord N) -sum1_card; apply: leq_sum => i _.
  by rewrite (bigD1 (class i)) //= eqxx big1 // => k; rewrite eq_sym => /negbTE->.
exists net => i; rewrite h sum (bigD1 (class i)) //= eqxx scale1r big1 ?addr0 => [|k ne].
  by apply/matrixP => a z; rewrite !ord1 /one_hot !mxE eqxx andbT.
by rewrite eq_sym (negbTE ne) scale0r.
Qed.
End Network.

Section Units.
Variable F : realFieldType.

Lemma two_hard_tanh : gate_of (@hard_tanh F) 2.
Proof.
exists (fun j : 'I_2 => nth 0 [:: 2%:R; - 2%:R] j), (fun=> 1), (fun=> 2%:R^-1), 0 => t.
by rewrite gate_two big_ord_recl big_ord1 /= addr0 -mulrDr mulrC.
Qed.

Lemma three_relu_likes (sp sm : F) : sm < sp -> gate_of (relu_like sp sm) 3.
Proof.
move=> s; exists (fun=> 1), (fun j : 'I_3 => nth 0 [:: 1; 0; -1] j).
exists (fun j : 'I_3 => nth 0 [:: (sp - sm)^-1; - 2%:R / (sp - sm); (sp - sm)^-1] j), 0 => t.
rewrite (gate_three _ s) !big_ord_recl big_ord0 /= !mul1r !addr0.
move: (relu_like _ _ _) (relu_like _ _ _) (relu_like _ _ _) => A B C.
by ring.
Qed.
End Units.

(** The paper takes four ReLU-like units per gate; three do. *)
Theorem corollary_4_2 : Corollary_4_2.
Proof.
move=> F N dx dy d1 x class dx0 position; split=> [le|sp sm /andP[_ s] le].
- exact: (classify (@two_hard_tanh F) position class dx0 le).
- by apply: (classify (three_relu_likes s) position class dx0); nia.
Qed.
