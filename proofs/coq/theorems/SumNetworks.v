(** Networks with one hidden layer that add up multiples of one function of several linear functions. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements Networks Gates Activations.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** n units, weighted and with a constant, make the function f. *)
Definition made_of (F : realFieldType) (sigma : F -> F) n (f : F -> F) : Prop :=
  exists (a b v : 'I_n -> F) (e : F), forall t, \sum_j v j * sigma (a j * t + b j) + e = f t.

Section SumNetworks.
Variables (F : realFieldType) (sigma : F -> F) (n : nat) (f : F -> F).
Hypothesis made : made_of sigma n f.
Variables (dx dy : nat).

(** One linear function u x + c, and the direction o of the output *)
Lemma one_network (u : 'rV[F]_dx) (c : F) (o : 'cV[F]_dy) :
  exists net : network F dx [:: n] dy, forall x, eval sigma net x = f ((u *m x) 0 0 + c) *: o.
Proof.
have [a [b [v [e unit]]]] := made.
exists (\matrix_(j, l) (a j * u 0 l), \col_j (a j * c + b j), (\matrix_(k, j) (o k 0 * v j), e *: o)) => x.
rewrite -unit /=; apply/matrixP => k z; rewrite !ord1 mxE mxE [(e *: o) k 0]mxE [RHS]mxE mulrDl mulr_suml.
congr (_ + _); apply: eq_bigr => j _; rewrite !mxE -[LHS]mulrA [LHS]mulrC; congr (_ * sigma _ * _).
by rewrite mulrDr mulr_sumr addrA; congr (_ + _ + _); apply: eq_bigr => l _; rewrite !mxE mulrA.
Qed.

Lemma sum_network (l : seq ('rV[F]_dx * F * 'cV[F]_dy)) : exists net : network F dx [:: (size l * n)%N] dy,
  forall x, eval sigma net x = \sum_(g <- l) f ((g.1.1 *m x) 0 0 + g.1.2) *: g.2.
Proof.
elim: l => [|[[u c] o] l [net h]].
  by exists (0, 0, (0, 0)) => x; rewrite big_nil /= mul0mx addr0.
have [net1 h1] := one_network u c o; have [both h2] := side_by_side sigma net1 net.
by rewrite [size _]/= mulSn; exists both => x; rewrite h2 h1 h big_cons.
Qed.
End SumNetworks.

Section Gates.
Variable F : realFieldType.

(** The gate of a value that is 0, and of finitely many that are not, with a factor that is large enough *)
Lemma gate0 : gate 0 = 1 :> F.
Proof. by rewrite /gate normr0 subr0 max_r ?ler01. Qed.

Lemma closed_gates (I : finType) (P : pred I) (v : I -> F) : (forall i, P i -> v i != 0) ->
  exists alpha, forall i, P i -> gate (alpha * v i) = 0.
Proof.
move=> v0; exists (\sum_(i | P i) `|v i|^-1) => i Pi.
have pos : 0 < `|v i| by rewrite normr_gt0 v0.
have alpha0 : 0 <= \sum_(i | P i) `|v i|^-1 by apply: sumr_ge0 => j _; rewrite invr_ge0.
rewrite /gate max_l // subr_le0 normrM (ger0_norm alpha0) -ler_pdivr_mulr // mul1r.
by rewrite (bigD1 i) //= ler_addl; apply: sumr_ge0 => j _; rewrite invr_ge0.
Qed.

Lemma two_hard_tanh : made_of (@hard_tanh F) 2 (@gate F).
Proof.
exists (fun j : 'I_2 => nth 0 [:: 2%:R; - 2%:R] j), (fun=> 1), (fun=> 2%:R^-1), 0 => t.
by rewrite gate_two big_ord_recl big_ord1 /= addr0 -mulrDr mulrC.
Qed.

Lemma three_relu_likes (sp sm : F) : sm < sp -> made_of (relu_like sp sm) 3 (@gate F).
Proof.
move=> s; exists (fun=> 1), (fun j : 'I_3 => nth 0 [:: 1; 0; -1] j).
exists (fun j : 'I_3 => nth 0 [:: (sp - sm)^-1; - 2%:R / (sp - sm); (sp - sm)^-1] j), 0 => t.
rewrite (gate_three _ s) !big_ord_recl big_ord0 /= !mul1r !addr0.
move: (relu_like _ _ _) (relu_like _ _ _) (relu_like _ _ _) => A B C.
by ring.
Qed.

Lemma two_relu_likes_hard_tanh (sp sm : F) : sm < sp -> made_of (relu_like sp sm) 2 (@hard_tanh F).
Proof.
move=> s; exists (fun=> 1), (fun j : 'I_2 => nth 0 [:: 1; -1] j).
exists (fun j : 'I_2 => nth 0 [:: (sp - sm)^-1; - (sp - sm)^-1] j), (- (sp + sm) / (sp - sm)) => t.
rewrite (hard_tanh_relu_like _ s) !big_ord_recl big_ord0 /= !mul1r !addr0.
by rewrite mulNr -mulrBr mulrC -mulrDl.
Qed.

(** 0 up to 0, and 1 from 1 on *)
Definition step (t : F) := (hard_tanh (2%:R * t - 1) + 1) / 2%:R.

Lemma step_low t : t <= 0 -> step t = 0.
Proof. by move=> t0; rewrite /step hard_tanh_low ?addNr ?mul0r // ger_addr pmulr_rle0 ?ltr0n. Qed.

Lemma step_high t : 1 <= t -> step t = 1.
Proof.
move=> t1; rewrite /step hard_tanh_high; first by rewrite -[1 + 1]/(2%:R) divff ?two_neq0.
by rewrite ler_subr_addr -[1 + 1]/(2%:R) ler_pmulr ?ltr0n.
Qed.

Lemma one_hard_tanh : made_of (@hard_tanh F) 1 step.
Proof.
exists (fun=> 2%:R), (fun=> -1), (fun=> 2%:R^-1), 2%:R^-1 => t.
rewrite big_ord1 /step; move: (hard_tanh _) => s; ring.
Qed.

Lemma two_relu_likes (sp sm : F) : sm < sp -> made_of (relu_like sp sm) 2 step.
Proof.
move=> s; have k0 : sp - sm != 0 by rewrite gt_eqF // subr_gt0.
exists (fun=> 2%:R), (fun j : 'I_2 => nth 0 [:: 0; - 2%:R] j).
exists (fun j : 'I_2 => nth 0 [:: (2%:R * (sp - sm))^-1; - (2%:R * (sp - sm))^-1] j), (- sm / (sp - sm)) => t.
rewrite /step (hard_tanh_relu_like _ s) !big_ord_recl big_ord0 /= !addr0.
have -> : 2%:R * t - 1 + 1 = 2%:R * t by ring.
have -> : 2%:R * t - 1 - 1 = 2%:R * t + - 2%:R by ring.
by move: (relu_like _ _ _) (relu_like _ _ _) => A B; field.
Qed.
End Gates.
