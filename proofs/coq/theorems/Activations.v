(** The values of the activations. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Activations.
Variable F : realFieldType.
Implicit Types s t y : F.

Lemma two_neq0 : 2%:R != 0 :> F.
Proof. by rewrite pnatr_eq0. Qed.

Lemma lerN11 : -1 <= 1 :> F.
Proof. by rewrite -subr_ge0 opprK addr_ge0 ?ler01. Qed.

Lemma hard_tanh_low t : t <= -1 -> hard_tanh t = -1.
Proof.
move=> h; rewrite /hard_tanh min_r ?max_l //.
exact: le_trans h lerN11.
Qed.

Lemma hard_tanh_high t : 1 <= t -> hard_tanh t = 1.
Proof. by move=> h; rewrite /hard_tanh min_l // max_r ?lerN11. Qed.

Lemma hard_tanh_in t : -1 <= t <= 1 -> hard_tanh t = t.
Proof. by case/andP=> h1 h2; rewrite /hard_tanh min_r ?max_r. Qed.

Lemma relu_like_pos sp sm t : 0 <= t -> relu_like sp sm t = sp * t.
Proof. by rewrite /relu_like => ->. Qed.

Lemma relu_like_neg sp sm t : t <= 0 -> relu_like sp sm t = sm * t.
Proof.
by rewrite /relu_like; case: ltrgtP => // -> _; rewrite !mulr0.
Qed.
End Activations.
