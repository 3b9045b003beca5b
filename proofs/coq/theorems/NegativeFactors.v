(** Layers of one unit: a composition of functions that never fall, or never rise, does not oscillate. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify.
From Theorems Require Import Statements.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Monotone.
Variables (F : realFieldType) (sigma : F -> F).
Hypothesis never_falls : {homo sigma : s t / s <= t}.

Definition monotone (f : F -> F) : Prop := {homo f : s t / s <= t} \/ {homo f : s t /~ s <= t}.

Lemma affine_monotone (a b : F) : monotone (fun t => a * t + b).
Proof.
have [a0|/ltW a0] := leP 0 a; [left|right] => s t le /=; rewrite ler_add2r.
  exact: ler_wpmul2l.
exact: ler_wnmul2l.
Qed.

Lemma compose_monotone f g : monotone f -> monotone g -> monotone (fun t => f (g t)).
Proof. by case=> mf [] mg; [left|right|right|left] => s t le; apply: mf; apply: mg. Qed.

Lemma narrow_monotone n (net : network F 1 (nseq n 1%N) 1) : monotone (fun t => eval sigma net t%:M 0 0).
Proof.
have one (w b : 'M[F]_1) t : w *m t%:M + b = (w 0 0 * t + b 0 0)%:M.
  by apply/matrixP => i j; rewrite !ord1 mul_mx_scalar !mxE mulr1n mulrC.
have mapped (a : F) : map_mx sigma a%:M = (sigma a)%:M :> 'M_1.
  by apply/matrixP => i j; rewrite !ord1 !mxE !mulr1n.
elim: n net => [|n IH] /=.
  move=> [w b] /=; have [h|h] := affine_monotone (w 0 0) (b 0 0); [left|right] => s t /h; by rewrite !one !mxE !mulr1n.
move=> [[w b] rest] /=; have affine := affine_monotone (w 0 0) (b 0 0).
have [h|h] := compose_monotone (IH rest) (compose_monotone (or_introl never_falls) affine); [left|right] => s t /h;
  by rewrite !one !mapped.
Qed.
End Monotone.

Theorem negative_factors : Negative_factors.
Proof.
split=> [step step0|F sigma never_falls].
  rewrite (big_nat_recr 3) // (big_nat_recr 2) // big_nat1 muln1.
  rewrite -[X in _ <= X]/(4%:Z * (divz 0 step * divz 0 step + divz (Negz 0) step * divz (Negz 0) step
    + divz 0 step * divz 0 step)).
  by rewrite div0z divNz_nat // div0n.
rewrite [hidden_widths _ _](erefl (nseq 6 1%N)) => -[net h].
have [f mono value] : exists2 f : F -> F, monotone f & forall i : 'I_4, f i.+1%:R = (odd i)%:R.
  exists (fun t => eval sigma net t%:M 0 0); first exact: narrow_monotone.
  by move=> i; rewrite h mxE eqxx mulr1n.
have at_ n (lt : (n < 4)%N) : f n.+1%:R = (odd n)%:R by exact: (value (Ordinal lt)).
have falls : f 3%:R < f 2%:R by rewrite (at_ 1%N) // (at_ 2%N) // ltr_nat.
have rises : f 1%:R < f 2%:R by rewrite (at_ 0%N) // (at_ 1%N) // ltr_nat.
have le i : i.+1%:R <= i.+2%:R :> F by rewrite ler_nat.
by case: mono => mono; [have := mono _ _ (le 1%N)|have := mono _ _ (le 0%N)]; rewrite leNgt ?falls ?rises.
Qed.
