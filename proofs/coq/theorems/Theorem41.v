(** Theorem 4.1: every gate moves its group by beta along the coordinate of its class, far enough that the last layer can
    read the class off, and to a place that is on no other hyperplane. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Networks Projection SumNetworks GeneralPosition.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Residual.
Variables (F : realFieldType) (sigma : F -> F) (n m : nat).
Hypotheses (gates : made_of sigma n (@gate F)) (steps : made_of sigma m (@step F)).
Variables (N dx dy : nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy).
Hypotheses (dx_gt0 : (0 < dx)%N) (dy_le : (dy <= dx)%N) (position : general_position x).

Notation group := ({set 'I_N} * 'I_dy)%type.
Notation plane := ('rV[F]_dx * F)%type.
Definition axis (k : 'I_dy) : 'I_dx := widen_ord dy_le k.
Lemma axis_inj : injective axis. Proof. by move=> a b /(congr1 val) /= e; apply: val_inj. Qed.

Definition direction k : 'cV[F]_dx := delta_mx (axis k) 0.

(** Sample i after the moves of c gates *)
Definition moved (beta : F) (c : nat) i := x i + (c%:R * beta) *: direction (class i).

Lemma height_moved p beta c i : height p (moved beta c i) = height p (x i) + c%:R * beta * p.1 0 (axis (class i)).
Proof.
have along : (p.1 *m direction (class i)) 0 0 = p.1 0 (axis (class i)).
  rewrite mxE (bigD1 (axis (class i))) //= big1 ?addr0 => [|j ne]; first by rewrite mxE !eqxx mulr1.
  by rewrite mxE (negbTE ne) mulr0.
rewrite /height /moved mulmxDr -scalemxAr -along; move: (p.1 *m x i) (p.1 *m _) => P Q.
by rewrite mxE [X in _ + X + _]mxE addrAC.
Qed.

Lemma moved_coordinate beta c i (k : 'I_dy) :
  moved beta c i (axis k) 0 = x i (axis k) 0 + (if k == class i then c%:R * beta else 0).
Proof.
rewrite !mxE eqxx andbT (inj_eq axis_inj).
by case: eqP; rewrite ?mulr1 ?mulr0.
Qed.

(** beta is larger than every coordinate asks for, and than every quotient. *)
Lemma large_beta (planes : seq (group * plane)) : exists beta bound : F,
  [/\ forall i a, x i a 0 <= bound, forall i a, 1 <= x i a 0 + beta - bound
    & forall p i, p \in planes -> height p.2 (x i) != 0 -> height p.2 (moved beta 1 i) != 0].
Proof.
pose bound := \sum_i \sum_a `|x i a 0|.
pose quotient (p : group * plane) i := `|height p.2 (x i) / p.2.1 0 (axis (class i))|.
pose rest := \sum_(p <- planes) \sum_i quotient p i.
have q0 p i : 0 <= quotient p i by exact: normr_ge0.
have rest0 : 0 <= rest by apply: sumr_ge0 => p _; apply: sumr_ge0.
have bound0 : 0 <= bound by apply: sumr_ge0 => i _; apply: sumr_ge0.
have le i a : `|x i a 0| <= bound.
  rewrite /bound (bigD1 i) //= (bigD1 a) //= -addrA ler_addl.
  by apply: addr_ge0; rewrite ?sumr_ge0 // => j _; rewrite sumr_ge0.
exists (1 + (bound + bound) + rest), bound; split=> [i a|i a|p i pl].
- exact: le_trans (ler_norm _) (le i a).
- have -> : x i a 0 + (1 + (bound + bound) + rest) - bound = 1 + ((x i a 0 + bound) + rest) by ring.
  rewrite ler_addl addr_ge0 // -ler_subl_addl sub0r (le_trans _ (le i a)) //.
  by rewrite -normrN ler_norm.
have small : quotient p i <= rest.
  rewrite /rest (big_rem p pl) /= (bigD1 i) //= -addrA ler_addl.
  by apply: addr_ge0; rewrite ?sumr_ge0 // => q _; rewrite sumr_ge0.
rewrite height_moved mul1r; set u := p.2.1 0 _; set v := height _ _ => v0; apply/eqP => e.
have u0 : u != 0 by apply/eqP => u0; move: e v0; rewrite u0 mulr0 addr0 => ->; rewrite eqxx.
set beta := 1 + _ + rest in e.
have eb : v / u = - beta by rewrite (_ : v = - (beta * u)) ?mulNr ?mulfK //; apply/eqP; rewrite -addr_eq0 e.
have beta0 : rest < beta by rewrite ltr_addr ltr_paddr ?ltr01 // addr_ge0.
have : quotient p i = beta by rewrite /quotient -/u -/v eb normrN ger0_norm // (le_trans rest0) ?ltW.
by move=> q; move: small; rewrite q leNgt beta0.
Qed.

(** All that the layers need of a gate: it is 1 on its group, before the move, and 0 at all others before and after. *)
Definition works beta (p : group * plane) := forall i (c : bool), (i \in p.1.1 -> c = false) ->
  gate (height p.2 (moved beta c i)) = (i \in p.1.1)%:R.

Lemma planes_of (groups : seq group) : (forall g, g \in groups -> (#|g.1| <= dx)%N) ->
  exists planes : seq (group * plane), [seq p.1 | p <- planes] = groups /\ exists beta bound : F,
  [/\ forall i a, x i a 0 <= bound, forall i a, 1 <= x i a 0 + beta - bound & forall p, p \in planes -> works beta p].
Proof.
move=> small.
have [g gr|l [lg on]] := @list_choice _ _ groups (fun g p => forall i, (height p (x i) == 0) = (i \in g.1)).
  by have [u [c h]] := hyperplane position (small g gr); exists (u, c).
have [beta [bound [high far off]]] := large_beta l.
have [p pl|l' [lg' on']] := @list_choice _ _ l (fun p q => works beta (p.1, q)).
  pose P (ic : 'I_N * bool) := ic.1 \notin p.1.1.
  pose v (ic : 'I_N * bool) := height p.2 (moved beta ic.2 ic.1).
  have [ic out|alpha closed] := @closed_gates F _ P v.
    have h0 : height p.2 (x ic.1) != 0 by rewrite on.
    rewrite /v; case: ic.2; first exact: off.
    by rewrite height_moved mul0r mul0r addr0.
  exists (alpha *: p.2.1, alpha * p.2.2) => i c /= none.
  have -> h : height (alpha *: p.2.1, alpha * p.2.2) h = alpha * height p.2 h.
    by rewrite /height /= -scalemxAl mxE mulrDr.
  have [ip|out] := boolP (i \in p.1.1); last exact: (closed (i, c)).
  have /eqP h0 : height p.2 (x i) == 0 by rewrite on.
  by rewrite (none ip) height_moved mul0r mul0r addr0 h0 mulr0 gate0.
exists [seq (q.1.1, q.2) | q <- l']; split; first by rewrite -map_comp -lg -lg' -map_comp.
exists beta, bound; split=> // _ /mapP[q ql ->]; exact: on'.
Qed.

(** The last layer *)
Lemma read_out beta bound dL : (forall i a, x i a 0 <= bound) -> (forall i a, 1 <= x i a 0 + beta - bound) ->
  (dy * m <= dL)%N -> exists net : network F dx [:: dL] dy, forall i, eval sigma net (moved beta 1 i) = one_hot F class i.
Proof.
move=> high far le.
pose items := [seq (delta_mx 0 (axis k) : 'rV[F]_dx, - bound, delta_mx k 0 : 'cV[F]_dy) | k <- enum 'I_dy].
have [net h] := sum_network steps items.
have [||net' h'] := @widen_network F sigma dx [:: (size items * m)%N] [:: dL] dy net => //.
  by rewrite /= size_map size_enum_ord le.
exists net' => i; rewrite h' h big_map big_enum.
have value k : (delta_mx 0 (axis k) *m moved beta 1 i) 0 0 = moved beta 1 i (axis k) 0.
  rewrite mxE (bigD1 (axis k)) //= big1 ?addr0 => [|j ne]; first by rewrite mxE !eqxx mul1r.
  by rewrite mxE (negbTE ne) andbF mul0r.
apply/matrixP => a z; rewrite !ord1 summxE (bigD1 a) //= big1 ?addr0 => [|k ne]; last first.
  by rewrite !mxE eq_sym (negbTE ne) mulr0.
rewrite mxE [delta_mx _ _ _ _]mxE !eqxx mulr1 value moved_coordinate mxE mul1r.
case: eqP => [->|_]; first by rewrite step_high.
by rewrite addr0 step_low // subr_le0.
Qed.

Section Layers.
Variables (beta : F) (dL : nat) (last : network F dx [:: dL] dy) (planes : seq (group * plane)).
Hypotheses (work : forall p, p \in planes -> works beta p)
  (same : forall p i, p \in planes -> i \in p.1.1 -> p.1.2 = class i).
Definition times (l : seq (group * plane)) i := count (fun p : group * plane => i \in p.1.1) l.
Hypothesis once : forall i, times planes i = 1%N.

(** One layer takes the next groups. *)
Lemma layer before now behind : planes = before ++ now ++ behind -> exists net : network F dx [:: (size now * n)%N] dx,
  forall i, moved beta (times before i) i + eval sigma net (moved beta (times before i) i)
    = moved beta (times (before ++ now) i) i.
Proof.
move=> e; pose items := [seq (p.2, beta *: direction p.1.2) | p <- now].
have [net h] := sum_network gates items; rewrite size_map in net h; exists net => i; rewrite h big_map.
have total : (times before i + (times now i + times behind i) = 1)%N by rewrite -(once i) e /times !count_cat.
have term p : p \in now -> gate ((p.2.1 *m moved beta (times before i) i) 0 0 + p.2.2) *: (beta *: direction p.1.2)
    = ((i \in p.1.1)%:R * beta) *: direction (class i).
  move=> pn; have pl : p \in planes by rewrite e !mem_cat pn orbT.
  have one : (i \in p.1.1 <= times now i)%N.
    by case ip: (i \in p.1.1) => //; rewrite /times -has_count; apply/hasP; exists p.
  have [c ec] : exists c : bool, times before i = c by case: (times before i) total => [|[|t]] //; [exists false|exists true].
  have := work pl (i := i) (c := c); rewrite /height ec => ->.
    by have [ip|_] := boolP (i \in p.1.1); rewrite ?mul0r ?scale0r // mul1r scale1r (same pl ip).
  by move=> ip; move: total one; rewrite ip ec; case: c {ec} => //; lia.
rewrite (eq_big_seq _ term) /moved -addrA; congr (_ + _); rewrite -scaler_suml -mulr_suml -scalerDl -mulrDl.
congr ((_ * _) *: _); rewrite /times count_cat natrD -(sum1_count now) natr_sum; congr (_ + _).
by rewrite [RHS]big_mkcond /=; apply: eq_bigr => p _; case: ifP.
Qed.

Lemma layers ds before behind : planes = before ++ behind -> (size behind <= \sum_(d <- ds) d %/ n)%N ->
  exists net : residual_network F dx ds dL dy, forall i,
  residual_eval sigma net (moved beta (times before i) i) = eval sigma last (moved beta 1 i).
Proof.
elim: ds before behind => [|d ds IH] before behind e.
  rewrite big_nil leqn0 size_eq0 => /eqP b0; exists last => i.
  by have -> : times before i = 1%N by rewrite -(once i) e b0 cats0.
rewrite big_cons => room; set r := (d %/ n)%N in room.
have [net h] := @layer before (take r behind) (drop r behind) (etrans e (congr1 _ (esym (cat_take_drop r behind)))).
have [||net' h'] := @widen_network F sigma dx [:: (size (take r behind) * n)%N] [:: d] dx net => //.
  by rewrite /= andbT (leq_trans _ (leq_trunc_div d n)) // leq_mul2r size_take_min geq_minl orbT.
have [||rest hr] := IH (before ++ take r behind) (drop r behind).
- by rewrite e -catA cat_take_drop.
- by rewrite size_drop leq_subLR.
exists (net', rest) => i; set z := moved _ _ i.
by rewrite -[LHS]/(residual_eval sigma rest (z + eval sigma net' z)) h' h hr.
Qed.
End Layers.

Lemma residual dL ds : (number_of_groups dx class <= \sum_(d <- ds) d %/ n)%N -> (dy * m <= dL)%N ->
  residual_fits sigma ds dL x (one_hot F class).
Proof.
move=> room le; have [groups [small same few once]] := groups_of dx_gt0 class.
have [planes [pg [beta [bound [high far work]]]]] := planes_of small.
have [last hl] := read_out high far le.
have [|i|||net h] := @layers beta dL last planes work _ _ ds [::] planes.
- by move=> p i pl; apply: same; rewrite -pg map_f.
- by rewrite -(once i) -pg count_map.
- by [].
- by rewrite (leq_trans _ room) // (leq_trans _ few) // -pg size_map.
by exists net => i; rewrite -hl -h /moved mul0r scale0r addr0.
Qed.
End Residual.

Theorem theorem_4_1 : Theorem_4_1.
Proof.
split=> [F N dx dy dL ds x class dx0 le position|N dx dy m ds class dx0 m0 div room].
  split=> [room last|sp sm /andP[_ s] room last].
    by apply: (residual (two_hard_tanh F) (one_hard_tanh F)) => //; rewrite muln1.
  apply: (residual (three_relu_likes s) (two_relu_likes s)) => //; last by rewrite mulnC.
  by apply: leq_trans room _; apply: leq_sum => d _; apply: leq_div2l.
rewrite -(leq_pmul2r dx0) -(leq_pmul2l m0); apply: leq_trans (_ : m * N + m * dy * dx <= _)%N.
  by rewrite -mulnA -mulnDr leq_mul2l groups_le ?orbT.
apply: leq_trans room _; rewrite mulnA leq_mul2r; apply/orP; right.
rewrite big_distrr /= big_seq [leqRHS]big_seq; apply: leq_sum => d ds_d.
by rewrite mulnC divnK // div.
Qed.
