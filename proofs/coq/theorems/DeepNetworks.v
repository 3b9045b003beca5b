(** What follows from Proposition 3.4: Corollaries A.2 and A.3, one block, and many blocks. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify.
From Theorems Require Import Statements Interpolation Product Readout SideBySide Proposition34.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Gates.
Variables (F : realFieldType) (N dx dy : nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy) (d : nat -> nat).

Lemma one_hot_in : in_01 (one_hot F class).
Proof. by move=> i k; rewrite mxE; case: (k == _); rewrite ?lexx ler01. Qed.

(** The classes are fitted as numbers, read off in layer [gates], and carried on. *)
Lemma read_off (sigma : F -> F) L gates : interpolates sigma -> carries sigma -> (0 < gates < L)%N ->
  (dy <= (d gates).+1)%N -> (forall k, (gates < k < L)%N -> (dy <= d k)%N) ->
  fits sigma (hidden_widths gates d) x (fun i => (class i)%:R%:M : 'cV[F]_1) ->
  fits sigma (hidden_widths L d) x (one_hot F class).
Proof.
move=> interp carry /andP[g0 gL] wide after /(coded interp wide) fit.
rewrite /hidden_widths (layers_cat _ g0 (ltnW gL)) (layers_cat _ (leqnSn gates) gL) catA.
have one : [seq d k | k <- index_iota gates gates.+1] = [:: d gates] by rewrite /index_iota subSnn.
rewrite one cats1; apply: fits_cat fit _.
by apply: carried_through => //; exact: one_hot_in.
Qed.
End Gates.

Theorem corollaries_A_2_A_3 : Corollaries_A_2_A_3.
Proof.
move=> F N dx dy L m d l x class inj gL after; have [N0|N0] := posnP N.
  by split=> [*|sp sm *]; exact: fits_nothing.
have some (y : 'I_N) : (0 < dy)%N by apply: leq_ltn_trans (ltn_ord (class y)).
have dy0 := some (Ordinal N0).
have place step : room_for_blocks step N 1 (l m.+1) m d l -> (0 < l m.+1 < L)%N.
  move=> [in_layers _ _ enough _ _ _]; rewrite gL andbT; case: m in_layers enough {after gL} => [_|m' h _].
    by rewrite big_geq // muln0 leqNgt N0.
  by have [|_ ] := h 1%N => //; lia.
have [hard relu] := proposition_3_4 (l m.+1) m d l (fun i => (class i)%:R%:M : 'cV[F]_1) inj.
split=> [room le|sp sm slopes room le].
- apply: (read_off (@hard_tanh_interpolates F) (@hard_tanh_carries F) (place _ room) _ after (hard room)); lia.
- have fit := relu _ _ slopes room.
  apply: (read_off (relu_like_interpolates slopes) (relu_like_carries slopes) (place _ room) _ after fit); lia.
Qed.

Theorem deep_readout : Deep_readout.
Proof.
move=> F N dx dy L m d l x class inj; rewrite addn1 => le.
have [hard relu] := proposition_3_4 L m d l (fun i => (class i)%:R%:M : 'cV[F]_1) inj.
split=> [room|sp sm slopes room].
- exact: (coded (@hard_tanh_interpolates F) le (hard room)).
- exact: (coded (relu_like_interpolates slopes) le (relu _ _ slopes room)).
Qed.

Lemma room_for_one step N dy L l d : (1 <= l)%N -> (l + 2 <= L)%N -> (forall k, (1 <= k < l)%N -> (1 <= d k)%N) ->
  (forall k, (l + 2 <= k < L)%N -> (dy <= d k)%N) -> (N <= 4 * (d l %/ step) * (d (l + 1) %/ (step * dy)))%N ->
  room_for_blocks step N dy L 1 d (fun=> l).
Proof.
move=> l1 lL before after le; have r0 j : (1 <= j <= 1)%N -> set_aside dy 1 j = 0%N.
  by case: j => [|[|j]] //; rewrite /set_aside muln0.
split=> // [j|j /r0->//| |j k]; [by lia| |by lia].
by rewrite big_nat1 r0 ?subn0 // mulnA.
Qed.

Theorem one_block : One_block.
Proof.
move=> F N dx dy L l d x y inj l1 lL before after; have [hard relu] := proposition_3_4 L 1%N d (fun=> l) y inj.
split=> [le|sp sm slopes le]; [apply: hard|apply: relu => //]; exact: room_for_one.
Qed.

(** The outputs are an affine image of the last hidden layer. *)
Lemma last_layer (F : realFieldType) (sigma : F -> F) dx dy d ds (net : network F dx (rcons ds d) dy) :
  exists (W : 'M[F]_(dy, d)) (b : 'cV[F]_dy) (h : 'cV[F]_dx -> 'cV[F]_d), forall z, eval sigma net z = W *m h z + b.
Proof.
elim: ds dx net => [|e ds IH] dx /= [[w c] rest].
  by exists rest.1, rest.2, (fun z => map_mx sigma (w *m z + c)).
by have [W [b [h e']]] := IH _ rest; exists W, b, (fun z => h (map_mx sigma (w *m z + c))) => z; exact: e'.
Qed.

Theorem width_of_last_layer : Width_of_last_layer.
Proof.
move=> F sigma dx dy d ds x [net fit]; have [W [b [h e]]] := last_layer sigma net.
have zero : W *m h (x ord0) + b = 0 by rewrite -e fit; apply/matrixP => a z; rewrite !mxE.
have bE : b = - (W *m h (x ord0)) by apply/eqP; rewrite -addr_eq0 addrC zero.
pose H := \matrix_(j, a) (h (x (lift ord0 a)) - h (x ord0)) j 0 : 'M[F]_(d, dy).
have one : W *m H = 1%:M.
  apply/matrixP => a c; have := fit (lift ord0 c); rewrite e bE -mulmxBr => /matrixP/(_ a 0).
  rewrite [X in _ = X]mxE lift0 eqSS => code; rewrite [RHS]mxE -[RHS]code !mxE.
  by apply: eq_bigr => j _; rewrite mxE.
by rewrite -(mxrank1 F dy) -one; apply: leq_trans (mxrankM_maxl _ _) (rank_leq_col _).
Qed.

(** * Blocks in every second layer *)
Section EverySecond.
Local Open Scope nat_scope.

Lemma half_quotient w D : 0 < D -> D <= w -> w <= 2 * (D * (w %/ D)).
Proof.
move=> D0 le; have := divn_eq w D; have := ltn_pmod w D0; have : 0 < w %/ D by rewrite divn_gt0.
by move: (w %/ D) (w %% D) => f e; nia.
Qed.

(** The pairs of neighbouring layers that begin in an odd layer, and those that begin in an even one *)
Lemma odd_and_even (f : nat -> nat) n :
  \sum_(1 <= k < n.+1) f k = \sum_(1 <= j < (uphalf n).+1) f (2 * j - 1) + \sum_(1 <= j < n./2.+1) f (2 * j).
Proof.
elim: n => [|n IH]; first by rewrite !big_geq.
rewrite big_nat_recr // IH /= uphalf_half; have := odd_double_half n; case: (odd n) => e; rewrite ?add1n ?add0n.
  by rewrite -addnA [in RHS](big_nat_recr _ _ (fun j => f (2 * j))) //=; congr (_ + (_ + f _)); lia.
by rewrite addnAC [in RHS]big_nat_recr //=; congr (_ + f _ + _); lia.
Qed.

Variables (step dy L : nat) (d : nat -> nat).
Hypotheses (step1 : 1 < step) (dy0 : 0 < dy) (wide : forall k, 1 <= k < L -> step.+1 * dy + 1 <= d k).

Lemma block_holds r a b : r <= dy + 1 -> 1 <= a < L -> 1 <= b < L ->
  d a * d b <= 16 * (step * step * dy) * ((d a - r) %/ step * ((d b - r) %/ (step * dy))).
Proof.
move=> le /wide; move: (d a) => u hu /wide; move: (d b) => v hv.
have hu' : u <= 4 * (step * ((u - r) %/ step)).
  have : step <= u - r by nia.
  by move=> /(half_quotient (ltnW step1)); nia.
have hv' : v <= 4 * (step * dy * ((v - r) %/ (step * dy))).
  have D0 : 0 < step * dy by rewrite muln_gt0 dy0 andbT ltnW.
  have : step * dy <= v - r by nia.
  by move=> /(half_quotient D0); nia.
by apply: leq_trans (leq_mul hu' hv') _; lia.
Qed.

Lemma every_second N e : e <= 1 -> 0 < N ->
  N * (8 * (step * step * dy))
  <= 2 * (\sum_(1 <= j < ((L - 1 - e) %/ 2).+1) d (2 * j - 1 + e) * d (2 * j - 1 + e + 1)) ->
  room_for_blocks step N dy L ((L - 1 - e) %/ 2) d (fun j => 2 * j - 1 + e).
Proof.
move=> e1 N0; set m := _ %/ 2 => enough.
have m0 : 0 < m by case: (m) enough => //; rewrite big_geq // muln0 leqn0 !muln_eq0; lia.
have r_le j : set_aside dy m j <= dy + 1 by rewrite /set_aside leq_add ?leq_b1 // -{2}[dy]muln1 leq_mul2l leq_b1 orbT.
have room k j : 1 <= k < L -> set_aside dy m j <= d k by move=> /wide; have := r_le j; nia.
split=> [j|j|j jm| |k|j k|k]; [lia|lia|by split; apply: room; lia| | |lia|].
- have Q0 : 0 < 8 * (step * step * dy) by rewrite !muln_gt0 dy0 (ltnW step1).
  rewrite -(leq_pmul2r Q0); apply: leq_trans enough _.
  have -> : forall s, 4 * s * (8 * (step * step * dy)) = 2 * (16 * (step * step * dy) * s) by move=> s; lia.
  rewrite leq_mul2l /= big_distrr /= [X in X <= _]big_nat [X in _ <= X]big_nat; apply: leq_sum => j jm.
  by apply: block_holds (r_le j) _ _; lia.
- move=> h; have : 1 <= k < L by lia.
  by move=> /wide; apply: leq_trans; rewrite addn1.
- move=> h; have : 1 <= k < L by lia.
  by move=> /wide; apply: leq_trans; apply: leq_trans (leq_addr 1 _); rewrite leq_pmull.
Qed.

Lemma some_blocks N : 0 < N -> N <= (\sum_(1 <= k < L.-1) d k * d k.+1) %/ (8 * (step * step * dy)) ->
  exists m l, room_for_blocks step N dy L m d l.
Proof.
move=> N0; rewrite leq_divRL ?muln_gt0 ?dy0 ?(ltnW step1) //.
have [L1|L2] := leqP L 1.
  by rewrite big_geq ?leqn0 ?muln_eq0; lia.
have -> : L.-1 = (L - 2).+1 by lia.
rewrite odd_and_even => enough.
pose half e := \sum_(1 <= j < ((L - 1 - e) %/ 2).+1) d (2 * j - 1 + e) * d (2 * j - 1 + e + 1).
have sums : N * (8 * (step * step * dy)) <= half 0 + half 1.
  apply: leq_trans enough _; rewrite leq_eqVlt; apply/orP; left; apply/eqP; congr (_ + _).
    have -> : uphalf (L - 2) = (L - 1 - 0) %/ 2 by rewrite uphalf_half; lia.
    by rewrite /half !big_nat; apply: eq_bigr => j jm; rewrite addn0 addn1.
  have -> : (L - 2)./2 = (L - 1 - 1) %/ 2 by lia.
  by rewrite /half !big_nat; apply: eq_bigr => j jm; congr (d _ * d _); lia.
have [le|lt] := leqP (half 1) (half 0).
- by exists ((L - 1 - 0) %/ 2), (fun j => 2 * j - 1 + 0); apply: every_second => //; rewrite -/(half 0); lia.
- by exists ((L - 1 - 1) %/ 2), (fun j => 2 * j - 1 + 1); apply: every_second => //; rewrite -/(half 1); lia.
Qed.
End EverySecond.

Theorem sum_of_adjacent_widths : Sum_of_adjacent_widths.
Proof.
move=> F N dx dy L d x y inj S.
have enough step : (1 < step)%N -> (forall k, (1 <= k < L)%N -> (step.+1 * dy + 1 <= d k)%N) ->
    (N <= S %/ (8 * (step * step * dy)))%N -> exists m l, room_for_blocks step N dy L m d l.
  move=> step1 wide le; have [N0|N0] := posnP N.
    exists 0%N, (fun=> 1%N); rewrite N0; split=> // [j|j|j|k|j k|k kL]; [lia|lia|lia|lia|lia|].
    have : (1 <= k < L)%N by lia.
    by move=> /wide; apply: leq_trans; apply: leq_trans (leq_addr 1 _); rewrite leq_pmull.
  by apply: some_blocks => //; case: (dy) le => //; rewrite !muln0 divn0 leqNgt N0.
split=> [wide le|sp sm slopes wide le].
- have [|m [l room]] := enough 2%N erefl wide; first by rewrite !mulnA.
  by have [hard _] := proposition_3_4 L m d l y inj; split; [exists m, l|exact: hard].
- have [|m [l room]] := enough 4%N erefl wide; first by rewrite !mulnA.
  by have [_ relu] := proposition_3_4 L m d l y inj; split; [exists m, l|exact: relu].
Qed.

(** * Narrow layers *)

(** Between others a block has nothing left: only the first and the last hold samples. *)
Lemma first_and_last m (held : nat -> nat) :
  (forall j, (1 <= j <= m)%N -> (held j <= (j == 1) + (j == m))%N) -> (\sum_(1 <= j < m.+1) held j <= 2)%N.
Proof.
move=> le; have one a : (\sum_(1 <= j < m.+1) (j == a) <= 1)%N.
  rewrite (eq_bigr (fun j => if j == a then 1%N else 0%N)) => [|j _]; last by case: eqP.
  by rewrite -big_mkcond sum1_count (count_uniq_mem a (iota_uniq 1 _)) leq_b1.
apply: leq_trans (leq_add (one 1%N) (one m)); rewrite -big_split /=.
by rewrite [X in (X <= _)%N]big_nat [X in (_ <= X)%N]big_nat; apply: leq_sum => j /le.
Qed.

Theorem narrow_layers : Narrow_layers.
Proof.
have beside m j : (1 <= j <= m)%N -> set_aside 1 m j = ((j != 1) + (j != m))%N by rewrite /set_aside; lia.
move=> N L m l; split=> room; apply: leq_trans (room_for_samples room) _; rewrite -[8%N]/(4 * 2)%N leq_mul2l /=.
  all: by apply: first_and_last => j /beside->; case: (j == 1%N); case: (j == m).
Qed.
