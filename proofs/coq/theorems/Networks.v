(** Networks of any depth: composition, and padding with units that are not used. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Theorems Require Import Statements.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Networks.
Variables (F : realFieldType) (sigma : F -> F).

(** An affine map in front of a network goes into its first layer. *)
Lemma precompose m n ds dy (net : network F n ds dy) (A : 'M[F]_(n, m)) (c : 'cV[F]_n) :
  exists net' : network F m ds dy, forall z, eval sigma net' z = eval sigma net (A *m z + c).
Proof.
case: ds net => [|d ds] /= [].
  by move=> w b; exists (w *m A, w *m c + b) => z /=; rewrite mulmxDr mulmxA addrA.
by case=> w b rest; exists (w *m A, w *m c + b, rest) => z /=; rewrite mulmxDr mulmxA addrA.
Qed.

(** An affine map behind a network goes into its last layer. *)
Lemma postcompose n ds m dy (net : network F n ds m) (A : 'M[F]_(dy, m)) (c : 'cV[F]_dy) :
  exists net' : network F n ds dy, forall z, eval sigma net' z = A *m eval sigma net z + c.
Proof.
elim: ds n net => [|d ds IH] n /= [].
  by move=> w b; exists (A *m w, A *m b + c) => z /=; rewrite mulmxDr mulmxA addrA.
by move=> [w b] rest; have [rest' h] := IH _ rest; exists (w, b, rest') => z /=; rewrite h.
Qed.

(** Two networks, one after the other. *)
Lemma compose n ds m es dy (net1 : network F n ds m) (net2 : network F m es dy) :
  exists net : network F n (ds ++ es) dy, forall z, eval sigma net z = eval sigma net2 (eval sigma net1 z).
Proof.
elim: ds n net1 => [|d ds IH] n /= [].
  by move=> w b; have [net h] := precompose net2 w b; exists net => z /=; rewrite h.
by move=> [w b] rest; have [net h] := IH _ rest; exists (w, b, net) => z /=; rewrite h.
Qed.

(** Two networks with one hidden layer, side by side, add up. *)
Lemma side_by_side n d e dy (net1 : network F n [:: d] dy) (net2 : network F n [:: e] dy) :
  exists net : network F n [:: (d + e)%N] dy, forall z, eval sigma net z = eval sigma net1 z + eval sigma net2 z.
Proof.
case: net1 net2 => [[w b] [v c]] [[w' b'] [v' c']]; exists (col_mx w w', col_mx b b', (row_mx v v', c + c')) => z /=.
by rewrite mul_col_mx add_col_mx map_col_mx mul_row_col addrACA.
Qed.

(** Wider layers can do what narrower layers do. *)
Lemma widen_network n es ds dy (net : network F n es dy) : size es = size ds -> all2 leq es ds ->
  exists net' : network F n ds dy, forall z, eval sigma net' z = eval sigma net z.
Proof.
elim: es ds n net => [|e es IH] [|d ds] n //=; first by move=> net _ _; exists net.
move=> [[w b] rest] [sz] /andP[/subnKC <- le].
have [rest' h] := precompose rest (row_mx 1%:M 0 : 'M_(e, e + (d - e))) 0.
have [rest'' h'] := IH _ _ rest' sz le.
exists (col_mx w 0, col_mx b 0, rest'') => z /=.
by rewrite h' h mul_col_mx add_col_mx map_col_mx mul_row_col mul1mx mul0mx !addr0.
Qed.

Lemma widen es ds N dx dy (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy) :
  size es = size ds -> all2 leq es ds -> fits sigma es x y -> fits sigma ds x y.
Proof.
by move=> sz le [net h]; have [net' h'] := widen_network net sz le; exists net' => i; rewrite h' h.
Qed.

(** Labels may be moved and scaled: it is enough to fit labels of absolute value at most 1. *)
Lemma fits_scaled ds N dx dy (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy) :
  (forall y' : 'I_N -> 'cV[F]_dy, (forall i a, `|y' i a 0| <= 1) -> fits sigma ds x y') -> fits sigma ds x y.
Proof.
pose M := 1 + \sum_i \sum_a `|y i a 0|.
have M0 : 0 < M.
  by apply: lt_le_trans ltr01 _; rewrite ler_addl; apply: sumr_ge0 => j _; apply: sumr_ge0.
have M_ge i a : `|y i a 0| <= M.
  rewrite /M (bigD1 i) //= (bigD1 a) //=; set A := \sum_(j | j != a) _; set B := \sum_(j | j != i) _.
  have A0 : 0 <= A by apply: sumr_ge0.
  have B0 : 0 <= B by apply: sumr_ge0 => j _; apply: sumr_ge0.
  by rewrite addrC -!addrA ler_addl !addr_ge0 ?ler01.
move=> /(_ (fun i => M^-1 *: y i)) [i a|net h].
  by rewrite mxE normrM normfV (gtr0_norm M0) mulrC ler_pdivr_mulr // mul1r.
have [net' h'] := postcompose net (M%:M : 'M_dy) 0; exists net' => i.
by rewrite h' h addr0 mul_scalar_mx scalerA divff ?scale1r // gt_eqF.
Qed.
End Networks.
