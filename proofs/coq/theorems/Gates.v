(** The identities of hard-tanh and of the gate: piece by piece. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From Theorems Require Import Statements Activations.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Gates.
Variable F : realFieldType.
Implicit Types sp sm t : F.

Lemma hard_tanh_relu_like sp sm t : sm < sp ->
  hard_tanh t = (relu_like sp sm (t + 1) - relu_like sp sm (t - 1) - (sp + sm)) / (sp - sm).
Proof.
move=> lt; have k0 : sp - sm != 0 by rewrite gt_eqF // subr_gt0.
rewrite /relu_like subr_ge0; have [h1|h1] := leP 1 t.
  have -> : 0 <= t + 1 by rewrite addr_ge0 ?ler01 // (le_trans ler01).
  by rewrite hard_tanh_high //; field.
have [h2|h2] := leP 0 (t + 1).
  rewrite hard_tanh_in; first by field.
  by rewrite (ltW h1) andbT -subr_ge0 opprK.
rewrite hard_tanh_low; first by field.
by rewrite -subr_le0 opprK ltW.
Qed.

Lemma gate_three sp sm t : sm < sp ->
  gate t = (relu_like sp sm (t + 1) - 2%:R * relu_like sp sm t + relu_like sp sm (t - 1)) / (sp - sm).
Proof.
move=> lt; have k0 : sp - sm != 0 by rewrite gt_eqF // subr_gt0.
rewrite /gate /relu_like subr_ge0; have [t0|t0] := leP 0 t.
  rewrite ger0_norm // addr_ge0 ?ler01 //.
  have [h1|h1] := leP 1 t; first by rewrite max_l ?subr_le0 //; field.
  by rewrite max_r ?subr_ge0 ?ltW //; field.
rewrite ltr0_norm // opprK [1 <= t]leNgt (lt_trans t0 ltr01) /= [1 + t]addrC.
have [h2|h2] := leP 0 (t + 1); first by field.
by field.
Qed.

Lemma gate_two_right t : 0 <= t -> gate t = (hard_tanh (2%:R * t + 1) + hard_tanh (- 2%:R * t + 1)) / 2%:R.
Proof.
move=> t0; rewrite /gate ger0_norm // [hard_tanh (2%:R * t + 1)]hard_tanh_high; last first.
  by rewrite ler_addr mulr_ge0 ?ler0n.
have [h|h] := leP 1 t.
  rewrite max_l ?subr_le0 // hard_tanh_low ?subrr ?mul0r //.
  rewrite -subr_ge0 (_ : _ - _ = 2%:R * (t - 1)); last by ring.
  by rewrite mulr_ge0 ?ler0n ?subr_ge0.
rewrite max_r ?subr_ge0 1?ltW // hard_tanh_in; first by field.
apply/andP; split; last by rewrite ger_addr mulNr oppr_le0 mulr_ge0 ?ler0n.
rewrite -subr_ge0 (_ : _ - _ = 2%:R * (1 - t)); last by ring.
by rewrite mulr_ge0 ?ler0n ?subr_ge0 ?ltW.
Qed.

Lemma gate_two t : gate t = (hard_tanh (2%:R * t + 1) + hard_tanh (- 2%:R * t + 1)) / 2%:R.
Proof.
have [t0|/ltW t0] := leP 0 t; first exact: gate_two_right.
have -> : gate t = gate (- t) by rewrite /gate normrN.
by rewrite gate_two_right ?oppr_ge0 // addrC mulrNN mulrN mulNr.
Qed.

End Gates.

Theorem gate_identities : Gate_identities.
Proof.
move=> F sp sm t lt /=; have k0 : sp - sm != 0 by rewrite gt_eqF // subr_gt0.
split; [exact: hard_tanh_relu_like|exact: gate_two| |exact: gate_three].
have e (s : F) : s + 1 + 1 = s + 2%:R by ring.
rewrite gate_two !(hard_tanh_relu_like _ lt) !e !addrK.
move: (relu_like _ _ (2%:R * t + 2%:R)) (relu_like _ _ (2%:R * t)) => A B.
move: (relu_like _ _ (- 2%:R * t + 2%:R)) (relu_like _ _ (- 2%:R * t)) => C D.
by field.
Qed.
