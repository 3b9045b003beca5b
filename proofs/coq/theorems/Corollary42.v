(** Corollary 4.2: a gate on the hyperplane of every group of at most d_x samples of one class. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify.
From Theorems Require Import Statements Networks Projection Gates SumNetworks GeneralPosition.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Network.
Variables (F : realFieldType) (sigma : F -> F) (n : nat).
Hypothesis gates : made_of sigma n (@gate F).
Variables (N dx dy : nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy).
Hypothesis position : general_position x.

(** A hyperplane and a large factor: the gate is 1 on the group and 0 at all other samples. *)
Lemma group_gate (S : {set 'I_N}) : (#|S| <= dx)%N ->
  exists uc : 'rV[F]_dx * F, forall i, gate ((uc.1 *m x i) 0 0 + uc.2) = (i \in S)%:R.
Proof.
move=> small; have [u [c h]] := hyperplane position small.
have [|alpha closed] := @closed_gates F _ (fun i => i \notin S) (fun i => (u *m x i) 0 0 + c).
  by move=> i; rewrite h.
exists (alpha *: u, alpha * c) => i /=; rewrite -scalemxAl mxE -mulrDr.
have [iS|out] := boolP (i \in S); last exact: closed.
by have /eqP-> : (u *m x i) 0 0 + c == 0; rewrite ?h // mulr0 gate0.
Qed.

(** A gate for every group adds 1 to the output of the group's class. *)
Lemma classify d1 : (0 < dx)%N -> (n * N + n * dy * dx <= d1 * dx)%N -> fits sigma [:: d1] x (one_hot F class).
Proof.
move=> dx0 le; have [groups [small same few once]] := groups_of dx0 class.
have [l [lg on]] := list_choice (fun g gr => group_gate (small g gr)).
have sl : size l = size groups by rewrite -lg size_map.
pose items := [seq (p.2, delta_mx p.1.2 0 : 'cV[F]_dy) | p <- l].
have [net h] := sum_network gates items; apply: (@widen _ _ [:: (size items * n)%N]) => //=.
  rewrite andbT size_map sl -(leq_pmul2r dx0); apply: leq_trans le.
  rewrite -[(n * dy * dx)%N]mulnA -mulnDr mulnAC [leqLHS]mulnC leq_mul2l; apply/orP; right.
  by apply: leq_trans (groups_le dx class); rewrite leq_mul2r few orbT.
exists net => i; rewrite h big_map.
have e p : p \in l -> gate ((p.2.1 *m x i) 0 0 + p.2.2) *: delta_mx p.1.2 0
    = (i \in p.1.1)%:R *: delta_mx (class i) 0 :> 'cV[F]_dy.
  move=> pl; rewrite on //; have [ip|_] := boolP (i \in p.1.1); last by rewrite !scale0r.
  by rewrite (same p.1 i) // -lg map_f.
have := count_groups F groups i; rewrite once -{1}lg big_map => total.
rewrite (eq_big_seq _ e) -scaler_suml total scale1r.
by apply/matrixP => a z; rewrite !ord1 !mxE eqxx andbT.
Qed.
End Network.

(** The paper takes four ReLU-like units per gate; three do. *)
Theorem corollary_4_2 : Corollary_4_2.
Proof.
move=> F N dx dy d1 x class dx0 position; split=> [le|sp sm /andP[_ s] le].
- exact: (classify (@two_hard_tanh F) class position dx0 le).
- by apply: (classify (three_relu_likes s) class position dx0); nia.
Qed.
