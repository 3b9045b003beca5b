(** Proposition 3.4 and Corollary A.1: by induction over the blocks, every sample carries its place on the line, and
    the label once its own block has given it. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify.
From Theorems Require Import Statements Activations Networks Projection SumNetworks BlockE SideBySide.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Blocks.
Variables (F : realFieldType) (sigma : F -> F) (dy : nat) (capacity : nat -> nat -> nat).
Hypothesis carry : carries sigma.

(** Layers of the widths a and b give their labels to a run of [capacity a b] samples on a line, and 0 to all others. *)
Definition block_of_capacity : Prop := forall a b (c : nat -> F) (v : nat -> 'cV[F]_dy) s,
  (forall i, c i < c i.+1) -> (forall i z, 0 <= v i z 0 <= 1) ->
  exists net : network F 1 [:: a; b] dy, forall n,
  eval sigma net (c n.+1)%:M = if (s <= n < s + capacity a b)%N then v n else 0.
Hypothesis block : block_of_capacity.

(** Sample i has the place [pos i] on the line. *)
Variables (N : nat) (pos : 'I_N -> nat) (c : nat -> F) (v : nat -> 'cV[F]_dy).
Hypotheses (c_lt : forall i, c i < c i.+1) (c_in : forall i, 0 <= c (pos i).+1 <= 1).
Hypothesis v_in : forall i z, 0 <= v i z 0 <= 1.

(** What is carried behind blocks that hold s samples in total *)
Definition input (i : 'I_N) : 'cV[F]_1 := (c (pos i).+1)%:M.
Definition given s (i : 'I_N) : 'cV[F]_dy := if (pos i < s)%N then v (pos i) else 0.
Definition state s i : 'cV[F]_(1 + dy) := col_mx (input i) (given s i).
Definition new s t (i : 'I_N) : 'cV[F]_dy := if (s <= pos i < s + t)%N then v (pos i) else 0.

Lemma input_in : in_01 input.
Proof. by move=> i k; rewrite [k]ord1 mxE eqxx mulr1n. Qed.

Lemma given_in s : in_01 (given s).
Proof. by move=> i k; rewrite /given; case: ifP => _ //; rewrite mxE lexx ler01. Qed.

Lemma state_in s : in_01 (state s).
Proof. by move=> i k; rewrite mxE; case: splitP => z _; [exact: input_in|exact: given_in]. Qed.

Lemma given_new s t i : given s i + new s t i = given (s + t) i.
Proof.
rewrite /given /new; case: (ltnP (pos i) s) => h /=; first by rewrite addr0 ltn_addr.
by rewrite add0r.
Qed.

Lemma given_first t i : given t i = new 0 t i.
Proof. by rewrite -[t in LHS]add0n -given_new /given ltn0 add0r. Qed.

(** A block, and r numbers carried beside it *)
Lemma block_beside d1 d2 r s (carried : 'I_N -> 'cV[F]_r) : (r <= d1)%N -> (r <= d2)%N -> in_01 carried ->
  fits sigma [:: d1; d2] (fun i => col_mx (input i) (carried i))
    (fun i => col_mx (new s (capacity (d1 - r) (d2 - r)) i) (carried i)).
Proof.
move=> r1 r2 in01; have [net h] := block (d1 - r)%N (d2 - r)%N s c_lt v_in.
have fit : fits sigma [:: d1 - r; d2 - r]%N input (new s (capacity (d1 - r) (d2 - r))) by exists net => i; exact: h.
have carried_on : fits sigma [:: r; r] carried carried by apply: fits_carried => //=; rewrite leqnn.
by have := fits_beside (erefl : size [:: d1 - r; d2 - r]%N = size [:: r; r]) fit carried_on; rewrite /= !subnK.
Qed.

Lemma only_block d1 d2 : fits sigma [:: d1; d2] input (given (capacity d1 d2)).
Proof.
have [net h] := block d1 d2 0%N c_lt v_in; exists net => i.
by rewrite h given_first.
Qed.

Lemma first_block d1 d2 : (1 <= d1)%N -> (1 <= d2)%N ->
  fits sigma [:: d1; d2] input (state (capacity (d1 - 1) (d2 - 1))).
Proof.
move=> r1 r2; apply: (@fits_before _ _ _ _ _ _ _ (col_mx 1%:M 1%:M) 0).
have := block_beside 0%N r1 r2 input_in.
move=> /(fits_behind (col_mx (row_mx 0 1%:M) (row_mx 1%:M 0)) 0); apply: fits_ext => i.
  by rewrite addr0 mul_col_mx !mul1mx.
by rewrite addr0 mul_col_mx !mul_row_col !mul0mx !mul1mx add0r addr0 /state given_first.
Qed.

Lemma inner_block d1 d2 s : (dy + 1 <= d1)%N -> (dy + 1 <= d2)%N ->
  fits sigma [:: d1; d2] (state s) (state (s + capacity (d1 - (dy + 1)) (d2 - (dy + 1)))).
Proof.
rewrite [(dy + 1)%N]addnC => r1 r2; apply: (@fits_before _ _ _ _ _ _ _ (col_mx (row_mx 1%:M 0) 1%:M) 0).
have := block_beside s r1 r2 (state_in s).
move=> /(fits_behind (col_mx (row_mx 0 (row_mx 1%:M 0)) (row_mx 1%:M (row_mx 0 1%:M))) 0); apply: fits_ext => i.
  by rewrite addr0 mul_col_mx mul_row_col !mul1mx mul0mx addr0.
by rewrite addr0 mul_col_mx !mul_row_col !mul0mx !mul1mx !add0r addr0 [state _]/state -given_new addrC.
Qed.

Lemma last_block d1 d2 s : (dy <= d1)%N -> (dy <= d2)%N ->
  fits sigma [:: d1; d2] (state s) (given (s + capacity (d1 - dy) (d2 - dy))).
Proof.
move=> r1 r2; have := block_beside s r1 r2 (given_in s).
move=> /(fits_behind (row_mx 1%:M 1%:M) 0); apply: fits_ext => i //.
by rewrite addr0 !mul_row_col !mul1mx -given_new addrC.
Qed.

(** * All layers *)
Variables (L m : nat) (d l : nat -> nat).
Notation r := (set_aside dy m).
Hypothesis in_layers : forall j, (1 <= j <= m)%N -> (1 <= l j)%N /\ (l j + 2 <= L)%N.
Hypothesis apart : forall j, (1 <= j < m)%N -> (l j + 1 < l j.+1)%N.
Hypothesis beside : forall j, (1 <= j <= m)%N -> (r j <= d (l j))%N /\ (r j <= d (l j + 1))%N.
Hypothesis before : forall k, (1 <= k < l 1)%N -> (1 <= d k)%N.
Hypothesis between : forall j k, (1 <= j < m)%N -> (l j + 2 <= k < l j.+1)%N -> (1 + dy <= d k)%N.
Hypothesis after : forall k, (l m + 2 <= k < L)%N -> (dy <= d k)%N.

Definition held j := capacity (d (l j) - r j) (d (l j + 1) - r j).
Definition held_up_to j : nat := \sum_(1 <= i < j.+1) held i.

(** The widths of the layers from a up to b, without b *)
Notation layers a b := [seq d k | k <- index_iota a b].

Lemma layers_cat a b e : (a <= b)%N -> (b <= e)%N -> layers a e = layers a b ++ layers b e.
Proof.
move=> ab be; rewrite /index_iota; have -> : (e - a = (b - a) + (e - b))%N by lia.
by rewrite iotaD subnKC // map_cat.
Qed.

Lemma layers_block a e : (a + 2 <= e)%N -> layers a e = [:: d a; d (a + 1)%N] ++ layers (a + 2) e.
Proof.
move=> le; rewrite (layers_cat _ le) ?leq_addr //; congr (_ ++ _).
by rewrite /index_iota addKn /= addn1.
Qed.

Lemma carried_through a b n (z : 'I_N -> 'cV[F]_n) : (forall k, (a <= k < b)%N -> (n <= d k)%N) -> in_01 z ->
  fits sigma (layers a b) z z.
Proof.
move=> wide; apply: fits_carried => //; rewrite all_map; apply/allP => k.
by rewrite mem_index_iota => /wide.
Qed.

Lemma after_last : fits sigma (layers (l m + 2) L) (given (held_up_to m)) (given (held_up_to m)).
Proof. exact: carried_through after (given_in _). Qed.

Lemma held_next j : held_up_to j.+1 = (held_up_to j + held j.+1)%N.
Proof. by rewrite /held_up_to big_nat_recr. Qed.

(** Behind block j, which is not the last: by induction over the blocks that follow *)
Lemma blocks_after n j : (1 <= j)%N -> (j + n.+1 = m)%N ->
  fits sigma (layers (l j + 2) L) (state (held_up_to j)) (given (held_up_to m)).
Proof.
elim: n j => [|n IH] j j1 jn; have jm : (1 <= j < m)%N by lia.
  all: have ap := apart jm; have [|_ lL] := in_layers (j := j.+1); first by lia.
  all: have [|b1 b2] := beside (j := j.+1); first by lia.
  all: rewrite (@layers_cat _ (l j.+1)) ?(layers_block lL); [|lia|lia].
  all: apply: fits_cat (carried_through (fun k => @between j k jm) (state_in _)) _.
- have jE : j.+1 = m by lia.
  have rE : r j.+1 = dy by rewrite /set_aside jE ltnn addn0 -jE ltnS j1 muln1.
  apply: (fits_cat (b := given (held_up_to m))).
    by rewrite rE in b1 b2; rewrite -jE held_next /held rE; exact: last_block.
  by rewrite jE; exact: after_last.
- have rE : r j.+1 = (dy + 1)%N by rewrite /set_aside ltnS j1 muln1 (_ : j.+1 < m)%N //; lia.
  apply: (fits_cat (b := state (held_up_to j.+1))).
    by rewrite rE in b1 b2; rewrite held_next /held rE; exact: inner_block.
  by apply: IH; lia.
Qed.

Lemma all_layers : (0 < m)%N -> fits sigma (layers 1 L) input (given (held_up_to m)).
Proof.
move=> m0; have [|l1 lL] := in_layers (j := 1%N); first by rewrite m0.
have [|b1 b2] := beside (j := 1%N); first by rewrite m0.
rewrite (@layers_cat _ (l 1%N)) ?(layers_block lL) //; last by lia.
apply: fits_cat (carried_through before input_in) _.
have heldE : held_up_to 1 = held 1%N by rewrite /held_up_to big_nat1.
have [mE|m1] : m = 1%N \/ (1 < m)%N by lia.
- have rE : r 1%N = 0%N by rewrite /set_aside mE !muln0.
  apply: (fits_cat (b := given (held_up_to m))).
    by rewrite mE heldE /held rE !subn0; exact: only_block.
  by rewrite -{1}mE; exact: after_last.
- have rE : r 1%N = 1%N by rewrite /set_aside m1 muln0.
  apply: (fits_cat (b := state (held_up_to 1%N))).
    by rewrite rE in b1 b2; rewrite heldE /held rE; exact: first_block.
  by apply: (@blocks_after (m - 2)%N); lia.
Qed.
End Blocks.

(** * Any samples, any labels *)
Section Samples.
Variables (F : realFieldType) (sigma : F -> F) (dy : nat) (capacity : nat -> nat -> nat).
Hypotheses (carry : carries sigma) (block : block_of_capacity sigma dy capacity).

(** The samples lie on a line, in [0, 1]; labels in [-1, 1] are given as (y + 1)/2. *)
Lemma fits_in_blocks N dx (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy) step L m d l : injective x ->
  room_for_blocks step N dy L m d l -> (N <= held_up_to dy capacity m d l m)%N -> fits sigma (hidden_widths L d) x y.
Proof.
move=> inj room enough; apply: fits_scaled => {}y y_le1.
have [N0|N0] := posnP N; first exact: fits_nothing.
have m0 : (0 < m)%N by case: (m) enough => //; rewrite /held_up_to big_geq // leqNgt N0.
have [u uinj] := projection inj.
have [c [pos [c_lt pos_inj pos_lt c_pos]]] := sorted_line N0 uinj.
pose gap := c N.+1 - c 0%N; pose t n := (c n - c 0%N) / gap.
have c_le : {homo c : i j / (i <= j)%N >-> i <= j}.
  by apply: homo_leq => // [? ? ?|j]; [exact: le_trans|exact/ltW].
have gap0 : 0 < gap by rewrite subr_gt0; apply: lt_le_trans (c_lt 0%N) _; apply: c_le.
have t_lt n : t n < t n.+1 by rewrite ltr_pmul2r ?invr_gt0 // ltr_add2r.
have t_in i : 0 <= t (pos i).+1 <= 1.
  rewrite divr_ge0 ?subr_ge0 ?c_le ?(ltW gap0) //= ler_pdivr_mulr // mul1r ler_add2r c_le // ltnS ltnW //.
pose v n : 'cV[F]_dy := if [pick i | pos i == n] is Some i then map_mx (fun z => (z + 1) / 2%:R) (y i) else 0.
have vE i : v (pos i) = map_mx (fun z => (z + 1) / 2%:R) (y i).
  by rewrite /v; case: pickP => [j /eqP/pos_inj->//|/(_ i)]; rewrite eqxx.
have v_in n z : 0 <= v n z 0 <= 1.
  rewrite /v; case: pickP => [i _|_]; last by rewrite mxE lexx ler01.
  have := y_le1 i z; rewrite ler_norml mxE => /andP[lo hi]; rewrite divr_ge0 ?ler0n //=.
    by rewrite ler_pdivr_mulr ?ltr0n // mul1r -[2%:R]/(1 + 1) ler_add2r.
  by rewrite -ler_subl_addr sub0r.
have [in_layers apart beside _ before between after] := room.
have between' j k : (1 <= j < m)%N -> (l j + 2 <= k < l j.+1)%N -> (1 + dy <= d k)%N.
  by rewrite [(1 + dy)%N]addnC; exact: between.
have := all_layers carry block t_lt t_in v_in in_layers apart beside before between' after m0.
move=> /(fits_behind 2%:R%:M (const_mx (-1))) fit.
apply: (fits_before (A := gap^-1 *: u) (c := (- c 0%N / gap)%:M)); apply: fits_ext fit => i.
  apply/matrixP => a b; rewrite !ord1 /input /t c_pos mxE eqxx mulr1n mulrDl -scalemxAl !mxE eqxx mulr1n.
  by rewrite [X in X + _]mulrC.
rewrite /given (leq_trans (pos_lt i) enough) vE mul_scalar_mx; apply/matrixP => a b; rewrite !mxE.
by rewrite mulrC divfK ?two_neq0 // addrK.
Qed.
End Samples.

(** * The capacities of blocks *)
Section Capacities.
Variables (F : realFieldType) (dy : nat).

Lemma hard_tanh_block : block_of_capacity (@hard_tanh F) dy (fun a b => a * (2 * (b %/ (2 * dy))))%N.
Proof.
move=> a b c v s c_lt v_in; set q := (2 * _)%N; have even : ~~ odd q by rewrite /q mul2n odd_double.
have [net h] := block_network a s even c_lt v_in.
have wide : all2 leq [:: a; (dy * q)%N] [:: a; b].
  by rewrite /= leqnn andbT /q mulnCA mulnA mulnC leq_trunc_div.
by have [net' h'] := widen_network (ds := [:: a; b]) (@hard_tanh F) net erefl wide; exists net' => n; rewrite h' h.
Qed.

Lemma relu_like_block (sp sm : F) : 0 <= sm < sp ->
  block_of_capacity (relu_like sp sm) dy (fun a b => a %/ 2 * (2 * (b %/ (4 * dy))))%N.
Proof.
move=> /andP[_ slopes] a b c v s c_lt v_in; set q := (2 * _)%N.
have even : ~~ odd q by rewrite /q mul2n odd_double.
have [net h] := block_network (a %/ 2)%N s even c_lt v_in.
have [net' h'] := fits_made_of net (two_relu_likes_hard_tanh slopes).
have wide : all2 leq [:: a %/ 2 * 2; dy * q * 2]%N [:: a; b].
  by rewrite /= leq_trunc_div andbT /q mulnAC mulnCA mulnA; apply: leq_trans (leq_trunc_div b (4 * dy)); lia.
have [net'' h''] := widen_network (ds := [:: a; b]) (relu_like sp sm) net' erefl wide.
by exists net'' => n; rewrite h'' h' h.
Qed.
End Capacities.

Theorem proposition_3_4 : Proposition_3_4.
Proof.
move=> F N dx dy L m d l x y inj; split=> [room|sp sm slopes room].
- apply: (fits_in_blocks (@hard_tanh_carries F) (@hard_tanh_block F dy) y inj room).
  apply: leq_trans (room_for_samples room) _; rewrite big_distrr /=; apply: leq_sum => j _.
  rewrite /held; set a := (d (l j) - _)%N; set b := (_ %/ (2 * dy))%N.
  have le : (a %/ 2 * 2 <= a)%N := leq_trunc_div _ _.
  by rewrite (_ : 4 * _ = a %/ 2 * 2 * (2 * b))%N ?leq_mul2r ?le ?orbT //; lia.
- apply: (fits_in_blocks (relu_like_carries slopes) (@relu_like_block F dy _ _ slopes) y inj room).
  apply: leq_trans (room_for_samples room) _; rewrite big_distrr /=; apply: leq_sum => j _.
  rewrite /held; set a := (d (l j) - _)%N; set b := (_ %/ (4 * dy))%N.
  have le : (a %/ 4 * 2 <= a %/ 2)%N by lia.
  by rewrite (_ : 4 * _ = a %/ 4 * 2 * (2 * b))%N ?leq_mul2r ?le ?orbT //; lia.
Qed.
