(** The sum of Appendix B.4: at the sample that unit k passes, the sum of all units, known from the whole construction,
    without the label, which is the output of unit k. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Activations PrintedConstruction.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Passing.
Variables (F : realFieldType) (p q : nat) (c y : nat -> F).

Lemma pre_activation k (w : 'cV[F]_p.+1) (j : 'I_p) : (M_7 p q c k *m w) j 0
  = \sum_(l < p) w (lift ord_max l) 0 * layer_1 q c l (passed q k j) + w ord_max 0.
Proof.
rewrite mxE big_ord_recr /= mxE eqxx mul1r; congr (_ + _); apply: eq_bigr => l _.
rewrite mxE /= ltn_eqF // mulrC; congr (w _ 0 * _).
by apply: val_inj; rewrite /= /bump leqNgt ltn_ord.
Qed.

Lemma passes k (mu nu : 'cV[F]_p.+1) a (j : 'I_p) : (forall i, -1 <= y i <= 1) ->
  solution q c y k mu -> positive_null q c k nu -> layer_2 q c (mu + a *: nu) (passed q k j) = y (passed q k j).
Proof.
move=> y_in solves [null _]; rewrite /layer_2 -pre_activation mulmxDr -scalemxAr null scaler0 addr0 solves mxE.
exact: hard_tanh_in.
Qed.

Lemma passed_lt k j : (j < p)%N -> (k < q)%N -> (passed q k j < p * q)%N.
Proof.
move=> jp kq; have : (j.+1 * q <= p * q)%N by rewrite leq_mul2r jp orbT.
by rewrite /passed mulSn; case: odd; lia.
Qed.
End Passing.

Theorem sum_B_4 : Sum_B_4.
Proof.
move=> F p q c y c_lt y_in mu nu sol; have [_ /(_ mu nu sol)[alpha0 fit]] := @printed_construction F p q c y c_lt y_in.
exists alpha0 => alpha large j k jp kq; have [solves null] := sol k kq.
have /eqP := fit alpha large _ (passed_lt jp kq); rewrite (bigD1 (Ordinal kq)) //=.
rewrite (passes _ (Ordinal jp) y_in solves null) /= -addrA -subr_eq0 addrAC subrr add0r subr_eq0 => /eqP <-.
by apply: eq_bigl => l; rewrite -val_eqE.
Qed.
