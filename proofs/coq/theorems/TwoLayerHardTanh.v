(** d hard-tanh units fit 2 d samples: one steep ramp leaves labels that fall from the second sample on, and every ramp
    of the others makes up for two steps of those. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Activations Interpolation LineNetworks.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section HardTanh.
Variable F : realFieldType.
Notation units := (@units F (@hard_tanh F)).
Implicit Types (p q r s t : F) (c z : nat -> F).

(** One unit: 0 up to p, from there on with the slope s up to q, constant behind *)
Lemma one_ramp p q s : p < q -> exists2 g, units 1 g &
  [/\ forall t, t <= p -> g t = 0, forall t, p <= t <= q -> g t = s * (t - p) & forall t, q <= t -> g t = s * (q - p)].
Proof.
move=> pq; pose m j := p + j%:R * (q - p).
have m0 : m 0%N = p by rewrite /m mul0r addr0.
have m1 : m 1%N = q by rewrite /m mul1r addrC subrK.
have m_lt j : m j < m j.+1 by rewrite ltr_add2l ltr_pmul2r ?subr_gt0 // ltr_nat.
have ne0 : q - p != 0 by rewrite subr_eq0 gt_eqF.
pose v := s * (q - p) / 2%:R; exists (fun t => v * ramp m 0 t + v).
  by rewrite -[1%N]addn0; apply: units_add; [exact: units_one|exact: units_constant].
split=> t h.
- by rewrite ramp_low ?m0 // mulrN1 addNr.
- by rewrite ramp_in ?m0 ?m1 // /v; field.
- by rewrite ramp_high ?m1 // /v; field.
Qed.

(** One unit: two rises, r before the place b and s behind *)
Lemma two_rises p b q r s : p < b < q -> 0 <= r -> 0 <= s -> exists2 g, units 1 g &
  [/\ forall t, t <= p -> g t = 0, g b = r & forall t, q <= t -> g t = r + s].
Proof.
move=> /andP[pb bq] r0 s0; have [|rs0] := eqVneq (r + s) 0.
  move=> /eqP; rewrite paddr_eq0 // => /andP[/eqP-> /eqP->].
  have [g u [g0 gin g1]] := @one_ramp p q 0 (lt_trans pb bq); exists g => //; rewrite addr0.
  by split=> // [|t /g1->]; rewrite ?gin ?mul0r // !ltW.
have rs : 0 < r + s by rewrite lt_neqAle eq_sym rs0 addr_ge0.
have bp : 0 < b - p by rewrite subr_gt0.
have qb : 0 < q - b by rewrite subr_gt0.
pose S := r / (b - p) + s / (q - b) + 1.
have S0 : 0 < S by rewrite ltr_paddl ?ltr01 // addr_ge0 // divr_ge0 // ltW.
have r_le : r / S <= b - p.
  rewrite ler_pdivr_mulr // mulrC -ler_pdivr_mulr // /S -addrA ler_addl addr_ge0 ?ler01 //.
  by rewrite divr_ge0 // ltW.
have s_le : s / S <= q - b.
  rewrite ler_pdivr_mulr // mulrC -ler_pdivr_mulr // /S addrAC ler_addr addr_ge0 ?ler01 //.
  by rewrite divr_ge0 // ltW.
pose p' := b - r / S; pose q' := b + s / S.
have e : q' - p' = (r + s) / S by rewrite /p' /q'; field; rewrite gt_eqF.
have pq : p' < q' by rewrite -subr_gt0 e divr_gt0.
have [g u [g0 gin g1]] := one_ramp S pq; exists g => //; split=> [t tp| |t qt].
- by apply: g0; apply: le_trans tp _; rewrite /p' ler_subr_addl -ler_subr_addr.
- rewrite gin; first by rewrite /p'; field; rewrite gt_eqF.
  by rewrite /p' /q' ger_addl oppr_le0 ler_addl !divr_ge0 // ltW.
- rewrite g1 ?e; first by field; rewrite gt_eqF.
  by apply: le_trans qt; rewrite /q' -ler_subr_addl.
Qed.

(** k units fit labels that do not fall at 2 k + 1 places, and are constant on both sides. *)
Lemma rising_labels c z k : (forall i, c i < c i.+1) -> (forall i, (i < k.*2)%N -> z i <= z i.+1) -> exists2 g, units k g &
  [/\ forall i, (i <= k.*2)%N -> g (c i) = z i, forall t, t <= c 0%N -> g t = z 0%N
    & forall t, c k.*2 <= t -> g t = z k.*2].
Proof.
move=> c_lt; elim: k => [|k IH] z_le.
  by exists (fun=> z 0%N); [exact: units_constant|split=> // i; rewrite leqn0 => /eqP->].
have [|g u [fit left right]] := IH; first by move=> i lt; apply: z_le; rewrite doubleS ltnW // ltnW.
have c_le := knots_le c_lt; set n := k.*2 in fit right *; rewrite -/n in z_le.
have [|||h u' [h0 h1 h2]] := @two_rises (c n) (c n.+1) (c n.+2) (z n.+1 - z n) (z n.+2 - z n.+1).
- by rewrite !c_lt.
- by rewrite subr_ge0 z_le // doubleS ltnW.
- by rewrite subr_ge0 z_le // doubleS.
exists (fun t => g t + h t); first by rewrite -addn1; exact: units_add.
have e : z n + (z n.+1 - z n + (z n.+2 - z n.+1)) = z n.+2 by ring.
rewrite doubleS -/n; split=> [i|t t0|t tn].
- rewrite leq_eqVlt => /predU1P[->|]; first by rewrite right ?h2 // c_le // leqW.
  rewrite ltnS leq_eqVlt => /predU1P[->|le]; first by rewrite right ?c_le // h1 addrC subrK.
  by rewrite fit // h0 ?addr0 // c_le.
- by rewrite left // h0 ?addr0 // (le_trans t0) // c_le.
- by rewrite right ?h2 // (le_trans _ tn) // c_le // leqW.
Qed.

Lemma rise_first c z k : (forall i, c i < c i.+1) -> z 0%N <= z 1%N -> exists2 g, units k.+1 g &
  forall i, (i < k.+1.*2)%N -> g (c i) = z i.
Proof.
move=> c_lt z01; have c_le := knots_le c_lt; pose gap i := c i.+1 - c i.
have gap0 i : 0 < gap i by rewrite subr_gt0.
pose S := \sum_(i < k.+1.*2) `|z i.+1 - z i| / gap i + 1.
have S_ge i : (i < k.+1.*2)%N -> z i.+1 - z i <= S * gap i.
  move=> lt; rewrite -ler_pdivr_mulr // /S (bigD1 (Ordinal lt)) //= -addrA ler_paddr //.
    by rewrite addr_ge0 ?ler01 // sumr_ge0 // => j _; rewrite divr_ge0 // ltW.
  by rewrite ler_pmul2r ?invr_gt0 // ler_norm.
have S0 : 0 < S by rewrite ltr_paddl ?ltr01 // sumr_ge0 // => j _; rewrite divr_ge0 // ltW.
pose p := c 1%N - (z 1%N - z 0%N) / S.
have p1 : p <= c 1%N by rewrite ger_addl oppr_le0 divr_ge0 ?subr_ge0 // ltW.
have p0 : c 0%N <= p by rewrite /p ler_subr_addl -ler_subr_addr ler_pdivr_mulr // mulrC S_ge.
have [|h u [h0 hin _]] := @one_ramp p (c k.+1.*2) S; first by rewrite (le_lt_trans p1) // (lt_le_trans (c_lt 1%N)) ?c_le.
pose w i := S * (c i.+1 - c 1%N) + z 1%N - z i.+1.
have [|g u' [fit left _]] := @rising_labels (fun i => c i.+1) w k (fun i => c_lt i.+1).
  move=> i lt; rewrite -subr_ge0; have : z i.+2 - z i.+1 <= S * gap i.+1 by rewrite S_ge // doubleS !ltnS ltnW.
  by rewrite -subr_ge0; congr (0 <= _); rewrite /w /gap; ring.
exists (fun t => z 0%N + (h t - g t)).
  by rewrite -[k.+1]add0n -add1n; do !apply: units_add => //; [exact: units_constant|exact: units_opp].
case=> [_|i]; first by rewrite h0 // left ?c_le // /w; ring.
rewrite doubleS ltnS ltnS => lt; rewrite fit // hin; first by rewrite /w /p; field; rewrite gt_eqF.
by rewrite (le_trans p1) ?c_le // doubleS !ltnS leqW.
Qed.

Lemma hard_tanh_line_double c z d : (forall i, c i < c i.+1) -> exists2 g, units d g &
  forall i, (i < d.*2)%N -> g (c i) = z i.
Proof.
move=> c_lt; case: d => [|k]; first by exists (fun=> 0); first exact: units_constant.
have [le|/ltW le] := leP (z 0%N) (z 1%N); first exact: rise_first.
have [||g u fit] := @rise_first c (fun i => - z i) k => //; first by rewrite ler_opp2.
by exists (fun t => - g t) => [|i lt]; [exact: units_opp|rewrite fit ?opprK].
Qed.
End HardTanh.

Theorem two_layer_hard_tanh : Two_layer_hard_tanh.
Proof.
move=> F N dx d1 x y inj le; apply: fits_from_line inj _ => c z c_lt.
have [g u fit] := hard_tanh_line_double z d1 c_lt; exists g => // i lt.
by apply: fit; rewrite -mul2n (leq_trans lt).
Qed.
