(** Lemma B.1: the rows of M_k are independent, and a null vector is positive but for its last entry. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section LemmaB1.
Variables (F : realFieldType) (p : nat) (a : nat -> F).
Hypothesis a_in : forall j, -1 < a j < 1.
Notation M := (M_B_1 p a).
Notation s l := ((-1) ^+ l : F).

Lemma M_last (j : 'I_p) : M j ord_max = 1.
Proof. by rewrite mxE eqxx. Qed.

Lemma M_unit (j l : 'I_p) : M j (widen_ord (leqnSn p) l)
  = if (l < j)%N then s l else if l == j :> nat then a j else - s l.
Proof. by rewrite mxE /= ltn_eqF ?ltn_ord. Qed.

Lemma sign_minus_neq0 j l : s l - a j != 0.
Proof.
rewrite subr_eq0; apply: contraTneq (a_in j) => <-; rewrite -ltr_norml.
by rewrite normrX normrN1 expr1n ltxx.
Qed.

Lemma ratio_gt0 i j l : 0 < (s l - a i) / (s l - a j).
Proof.
rewrite -signr_odd; case/andP: (a_in i) => i1 i2; case/andP: (a_in j) => j1 j2.
case: (odd l); rewrite ?expr1 ?expr0; last by rewrite divr_gt0 // subr_gt0.
by rewrite -mulrNN -invrN !opprB divr_gt0 ?subr_gt0.
Qed.

(** Column l minus its sign times the last column is zero above row l: a triangular matrix. *)
Lemma rows_independent : row_free M.
Proof.
apply/inj_row_free => v vM.
have col l : \sum_j v 0 j * M j l = 0 by move/matrixP/(_ 0 l): vM; rewrite !mxE.
suff h n (l : 'I_p) : (l < n)%N -> v 0 l = 0 by apply/rowP => l; rewrite mxE (h _ l (ltn_ord l)).
elim: n l => // n IH l; rewrite ltnS => ln; set l' := widen_ord (leqnSn p) l.
have : \sum_j v 0 j * (M j l' - s l * M j ord_max) = 0.
  under eq_bigr do rewrite mulrBr mulrCA; by rewrite sumrB -mulr_sumr !col mulr0 subrr.
rewrite (bigD1 l) //= big1 => [|j jl].
  rewrite addr0 M_last M_unit ltnn eqxx mulr1 => /eqP; rewrite mulf_eq0 => /orP[/eqP//|].
  by rewrite -oppr_eq0 opprB (negPf (sign_minus_neq0 _ _)).
rewrite M_last M_unit mulr1; case: (ltngtP l j) => [lj|jl'|e].
- by rewrite subrr mulr0.
- by rewrite IH ?mul0r //; apply: leq_trans jl' ln.
- by case/eqP: jl; apply: val_inj.
Qed.

(** The null vector: neighbouring rows differ in two columns only, which fixes the ratio of neighbouring entries. *)
Fixpoint nu j : F := if j is i.+1 then nu i * ((s i - a i) / (s i - a j)) else 1.

Lemma nu_gt0 j : 0 < nu j.
Proof. by elim: j => [|j IH] /=; rewrite ?ltr01 // mulr_gt0 // ratio_gt0. Qed.

Definition row_sum j := \sum_(l < p) (if (l < j)%N then s l else if l == j :> nat then a j else - s l) * nu l.

Lemma row_sums_equal j : (j < p)%N -> row_sum j = row_sum 0.
Proof.
elim: j => // j IH lt; rewrite -IH; last exact: ltnW.
apply/eqP; rewrite -subr_eq0 -sumrB (bigD1 (Ordinal lt)) // (bigD1 (Ordinal (ltnW lt))) /=; last first.
  by rewrite -val_eqE /= ltn_eqF.
rewrite big1 => [|l /andP[l1 l2]].
  rewrite ltnn eqxx ltnSn eqxx ltnn ltnNge leqnSn /= gtn_eqF // addr0 exprS.
  by apply/eqP; field; rewrite sign_minus_neq0.
rewrite -!val_eqE /= in l1 l2; rewrite ltnS leq_eqVlt (negPf l1) (negPf l2) /=.
by case: ltnP => _; rewrite -mulrBl subrr mul0r.
Qed.

Lemma null_vector : exists v : 'cV[F]_p.+1, M *m v = 0 /\ forall l : 'I_p.+1, (l < p)%N -> 0 < v l 0.
Proof.
exists (\col_l if l == p :> nat then - row_sum 0 else nu l); split=> [|l lt]; last by rewrite mxE ltn_eqF ?nu_gt0.
apply/colP => j; rewrite !mxE big_ord_recr /= M_last !mxE /= eqxx mul1r.
under eq_bigr => l _ do rewrite M_unit mxE /= (ltn_eqF (ltn_ord l)).
by rewrite -/(row_sum j) row_sums_equal // subrr.
Qed.
End LemmaB1.

Theorem lemma_B_1 : Lemma_B_1.
Proof.
by move=> F p a a_in; split; [apply/eqP; exact: rows_independent a_in|exact: null_vector a_in].
Qed.
