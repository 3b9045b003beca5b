(** d ReLU-like units fit d + 2 samples. The kinks are in the first gap, in the third gap and at the samples behind it;
    the slope in front of all kinks is what the units make it, and where the two free kinks are follows from it. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Activations Interpolation LineNetworks Readout.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** * Broken lines by their slopes and kinks *)
Section BrokenLine.
Variables (F : realFieldType) (d : nat) (kink slope : nat -> F).
Hypothesis kink_le : forall l, kink l <= kink l.+1.

(** [slope] 0 in front of all kinks, [slope] l.+1 from kink l on *)
Definition broken_line t := slope 0 * t + \sum_(l < d) (slope l.+1 - slope l) * Num.max 0 (t - kink l).

Definition in_piece j t := if j is i.+1 then kink i <= t <= kink i.+1 else t <= kink 0.

Lemma kinks_le : {homo kink : i j / (i <= j)%N >-> i <= j}.
Proof. by apply: homo_leq => // ? ? ?; exact: le_trans. Qed.

Lemma on_piece j t : (j <= d)%N -> in_piece j t ->
  broken_line t = slope j * t - \sum_(l < j) (slope l.+1 - slope l) * kink l.
Proof.
move=> jd inside.
have before l : (l < j)%N -> kink l <= t.
  by case: j inside {jd} => // j /andP[lo _] le; apply: le_trans lo; apply: kinks_le.
have behind l : (j <= l)%N -> t <= kink l.
  by case: j inside {jd before} => [|j] /=; [move=> hi|case/andP=> _ hi]; move/kinks_le; exact: le_trans.
have -> : broken_line t = slope 0 * t + \sum_(l < j) (slope l.+1 - slope l) * (t - kink l).
  rewrite /broken_line (big_ord_widen d (fun l => (slope l.+1 - slope l) * (t - kink l)) jd) [in RHS]big_mkcond /=.
  congr (_ + _); apply: eq_bigr => l _; case: ltnP => [/before|/behind] h.
    by rewrite max_r // subr_ge0.
  by rewrite max_l ?mulr0 // subr_le0.
elim: (j) => [|i IH]; first by rewrite !big_ord0 addr0 subr0.
by rewrite !big_ord_recr /= addrA IH; move: (\sum_(l < i) _) => S; ring.
Qed.

Lemma along_piece j s t : (j <= d)%N -> in_piece j s -> in_piece j t ->
  broken_line t - broken_line s = slope j * (t - s).
Proof. by move=> jd hs ht; rewrite !(on_piece jd) //; ring. Qed.
End BrokenLine.

(** * The units *)
Section Units.
Variables (F : realFieldType) (sp sm : F).
Hypothesis slopes : 0 <= sm < sp.
Notation R := (relu_like sp sm).
Notation units := (@units F R).

Definition leak := sm / (sp - sm).

Lemma bend_gt0 : 0 < sp - sm. Proof. by case/andP: slopes => _; rewrite subr_gt0. Qed.

Lemma leak_ge0 : 0 <= leak.
Proof. by case/andP: slopes => sm0 _; rewrite divr_ge0 // ltW // bend_gt0. Qed.

(** The slope in front of a kink where the slope rises by 1, for a unit that looks right or left *)
Definition front (left : bool) := if left then - (1 + leak) else leak.

Lemma one_kink (left : bool) (D k : F) : units 1 (fun t => D * Num.max 0 (t - k) + front left * D * (t - k)).
Proof.
have ne0 : sp - sm != 0 by rewrite gt_eqF // bend_gt0.
pose a : F := if left then -1 else 1.
apply: units_ext (units_one R (D / (sp - sm)) a (- a * k)) => t.
rewrite relu_splits (_ : a * t + - a * k = a * (t - k)); last by ring.
move: (t - k) => {k t} s; rewrite {}/a /front /leak; case: left.
  rewrite mulN1r oppr_ge0; have [s0|/ltW s0] := leP s 0; first by field.
  by field.
by rewrite mul1r; have [s0|/ltW s0] := leP 0 s; field.
Qed.

Lemma kinks d (k D : nat -> F) (left : nat -> bool) : exists c, units d (fun t =>
  (\sum_(l < d) front (left l) * D l) * t + \sum_(l < d) D l * Num.max 0 (t - k l) + c).
Proof.
elim: d => [|d [c IH]].
  by exists 0; apply: units_ext (units_constant _ 0) => t; rewrite !big_ord0 mul0r !addr0.
exists (c - front (left d) * D d * k d); rewrite -addn1.
apply: units_ext (units_add IH (one_kink (left d) (D d) (k d))) => t.
by rewrite addn1 !big_ord_recr /=; ring.
Qed.

(** A broken line is made by the units if its first slope is the sum of what they have in front of their kinks. *)
Lemma units_broken_line d (k slope : nat -> F) (left : nat -> bool) :
  slope 0%N = \sum_(l < d) front (left l) * (slope l.+1 - slope l) ->
  exists c, units d (fun t => broken_line d k slope t + c).
Proof.
move=> first; have [c u] := kinks d k (fun l => slope l.+1 - slope l) left; exists c.
by apply: units_ext u => t; rewrite /broken_line first.
Qed.
End Units.

(** * The two free kinks *)
Section FreeKinks.
Variable F : realFieldType.
Implicit Types e z m t u v : F.

(** A kink from the slope m to the slope z1 makes the mean slope z of a gap, if z is between them. *)
Lemma kink_place u v z z1 m e : u < v -> e * e = 1 -> 0 <= e * (z - z1) -> 0 < e * (m - z) ->
  exists2 k, u <= k <= v & m * (k - u) + z1 * (v - k) = z * (v - u).
Proof.
move=> uv ee near far; have em : 0 < e * (m - z1).
  have -> : e * (m - z1) = e * (m - z) + e * (z - z1) by ring.
  by rewrite ltr_paddr.
have vu : 0 < v - u by rewrite subr_gt0.
have m1 : m - z1 != 0 by apply/eqP => m1; rewrite m1 mulr0 ltxx in em.
pose share := e * (z - z1) / (e * (m - z1)); exists (u + share * (v - u)).
  have s0 : 0 <= share by rewrite divr_ge0 // ltW.
  have s1 : share <= 1.
    rewrite ler_pdivr_mulr // mul1r -subr_ge0; have -> : e * (m - z1) - e * (z - z1) = e * (m - z) by ring.
    exact: ltW.
  by rewrite ler_addl (mulr_ge0 s0 (ltW vu)) -ler_subr_addl (ler_pimull (ltW vu) s1).
have e0 : e != 0 by apply/eqP => e0; rewrite e0 mul0r ltxx in em.
by rewrite /share; field; rewrite m1 e0.
Qed.

(** The third slope can be chosen so that both free slopes are far enough out. *)
Lemma far_enough (A rate scale z0 z2 e e' : F) : 0 < scale -> e' * e' = 1 -> 0 < e * e' * rate ->
  exists w, 0 < e' * (w - z2) /\ 0 < e * ((A + rate * w) / scale - z0).
Proof.
move=> s0 ee r0; pose x := e * (A + rate * z2 - scale * z0); pose B := 1 + `|x| / (e * e' * rate).
have B0 : 0 < B by rewrite ltr_paddr ?ltr01 // divr_ge0 // ltW.
exists (z2 + e' * B); split; first by rewrite addrAC subrr add0r mulrA ee mul1r.
have -> : e * ((A + rate * (z2 + e' * B)) / scale - z0) = (x + e * e' * rate * B) / scale.
  by rewrite /x; field; rewrite gt_eqF.
rewrite divr_gt0 // /B mulrDr mulr1 mulrCA divff ?gt_eqF // mulr1 addrCA ltr_paddr //.
by rewrite -ler_subl_addl sub0r -normrN ler_norm.
Qed.
End FreeKinks.

Section Line.
Variables (F : realFieldType) (sp sm : F).
Hypothesis slopes : 0 <= sm < sp.
Notation R := (relu_like sp sm).
Notation units := (@units F R).
Notation leak := (leak sp sm).
Variables (c z : nat -> F) (d : nat).
Hypotheses (c_lt : forall i, c i < c i.+1) (enough : (2 < d)%N || (d == 2%N) && (0 < sm)).

Definition mean i := (z i.+1 - z i) / (c i.+1 - c i).

(** The slopes: free, mean 1, free, mean 3, mean 4, ... *)
Definition piece_slope m w j := nth (mean j) [:: m; mean 1; w] j.

(** Units 1 and 2 look to different sides. *)
Definition looks_left b l := nth false [:: false; b; ~~ b] l.

(** The sum of what the units have in front of their kinks *)
Lemma front_sum b : exists A, forall m w,
  \sum_(l < d) front sp sm (looks_left b l) * (piece_slope m w l.+1 - piece_slope m w l)
  = A - leak * m + (front sp sm b - (if (2 < d)%N then front sp sm (~~ b) else 0)) * w.
Proof.
case: d enough => [|[|[|n]]] //= _.
  exists (leak * mean 1 - front sp sm b * mean 1) => m w.
  by rewrite !big_ord_recl big_ord0 /looks_left /piece_slope /= subr0; ring.
exists (leak * mean 1 - front sp sm b * mean 1 + front sp sm (~~ b) * mean 3
  + \sum_(l < n) leak * (mean l.+4 - mean l.+3)) => m w.
rewrite !big_ord_recl (eq_bigr (fun l : 'I_n => leak * (mean l.+4 - mean l.+3))) => [|l _].
  rewrite /looks_left /piece_slope /= -[(bump 0 (bump 0 0)).+1]/3%N; move: (\sum_(l < n) _) => S; ring.
by rewrite /looks_left /piece_slope /= ?nth_nil.
Qed.

Lemma side (e e' : bool) : exists b,
  0 < (-1) ^+ e * (-1) ^+ e' * (front sp sm b - (if (2 < d)%N then front sp sm (~~ b) else 0)).
Proof.
have l0 : 0 <= leak by exact: leak_ge0.
have up : 0 < 1 + leak by rewrite ltr_paddr ?ltr01.
exists (e (+) e'); rewrite -signr_addb; case: (e (+) e'); rewrite /front ?expr0 ?expr1 /=; case: ifP enough => /= big.
- by move=> _; rewrite mulN1r opprD opprK opprK ltr_paddr.
- by move=> _; rewrite mulN1r subr0 opprK.
- by move=> _; rewrite mul1r opprK ltr_paddl.
- by case/andP=> _ sm0; rewrite mul1r subr0 divr_gt0 ?bend_gt0.
Qed.

Lemma towards (s t : F) : 0 <= (-1) ^+ (s < t)%R * (s - t).
Proof.
by case: ltP => [/ltW|] h; rewrite ?expr1 ?expr0 ?mul1r ?mulN1r ?opprB subr_ge0.
Qed.

Lemma relu_like_line_two : exists2 g, units d g & forall i, (i <= d.+1)%N -> g (c i) = z i.
Proof.
have c_le := knots_le c_lt.
pose e : F := (-1) ^+ (mean 0%N < mean 1)%R; pose e' : F := (-1) ^+ (mean 2 < mean 1)%R.
have [b rate0] := side (mean 0%N < mean 1)%R (mean 2 < mean 1)%R; have [A sum] := front_sum b.
have up : 0 < 1 + leak by rewrite ltr_paddr ?ltr01 // leak_ge0.
set rate := (_ - _) in rate0 sum.
have [|w [w_far m_far]] := @far_enough F A rate (1 + leak) (mean 0%N) (mean 2) e e' up _ rate0.
  by rewrite /e' -expr2 sqrr_sign.
set m := (A + _) / _ in m_far.
have ee b' : (-1) ^+ b' * (-1) ^+ b' = 1 :> F by rewrite -expr2 sqrr_sign.
have [p p_in p_mean] := kink_place (c_lt 0) (ee _) (towards (mean 0%N) (mean 1)) m_far.
have [q' q_in q_mean] := kink_place (c_lt 2) (ee _) (towards (mean 2) (mean 1)) w_far.
pose q := c 2%N + c 3%N%N - q'; pose k l := nth (c l.+1) [:: p; q] l.
have [p0 p1] := andP p_in; have [q0' q1'] := andP q_in.
have q0 : c 2%N <= q by rewrite /q -addrA ler_addl subr_ge0.
have q1 : q <= c 3%N by rewrite /q addrAC ger_addr subr_le0.
have k_le l : k l <= k l.+1.
  case: l => [|[|l]]; rewrite /k /= ?nth_nil ?c_le //.
  by apply: le_trans p1 (le_trans _ q0); exact: c_le.
have first : piece_slope m w 0%N = \sum_(l < d) front sp sm (looks_left b l) * (piece_slope m w l.+1 - piece_slope m w l).
  by rewrite sum /piece_slope /= /m; field; rewrite gt_eqF.
have [x u] := units_broken_line slopes k first; set f := broken_line _ _ _ in u.
have d2 : (2 <= d)%N by case/orP: enough => [/ltnW//|/andP[/eqP->]].
have along j s t := @along_piece F d k (piece_slope m w) k_le j s t.
have gap i : c i.+1 - c i != 0 by rewrite subr_eq0 gt_eqF.
have step i : (i <= d)%N -> f (c i.+1) - f (c i) = z i.+1 - z i.
  have -> : z i.+1 - z i = mean i * (c i.+1 - c i) by rewrite /mean divfK.
  have p_q : p <= q by apply: le_trans p1 (le_trans _ q0); exact: c_le.
  have p_2 : p <= c 2%N by apply: le_trans p1 _; exact: c_le.
  have q_1 : c 1%N <= q by apply: le_trans q0; exact: c_le.
  have via r s t : f t - f r = (f s - f r) + (f t - f s) by ring.
  case: i => [|[|[|i]]] le.
  - by rewrite -p_mean (via _ p) (along 0%N) ?(along 1%N) // ?(ltnW d2) //= /k /= ?lexx ?p1 ?p_q.
  - by rewrite (along 1%N) // ?(ltnW d2) //= /k /= ?p1 ?p_2 ?q_1.
  - rewrite -q_mean (via _ q) (along 1%N) ?(along 2%N) // ?(ltnW d2) //= /k /= ?lexx ?p_2 ?p_q ?q0 ?q1 //.
    by rewrite /piece_slope /q /=; ring.
  - by rewrite (along i.+3) //= /k /= ?nth_nil ?lexx ?c_le //; case: (i) => [|i'] /=; rewrite ?q1 ?lexx ?c_le.
exists (fun t => (f t + x) + (z 0%N - f (c 0%N) - x)).
  by rewrite -[d]addn0; apply: units_add u _; exact: units_constant.
elim=> [_|i IH lt]; first by ring.
by have /eqP := step i lt; rewrite subr_eq -(IH (ltnW lt)) => /eqP->; ring.
Qed.
End Line.

Theorem two_layer_relu_like : Two_layer_relu_like.
Proof.
move=> F sp sm N dx d1 x y slopes inj; rewrite /relu_like_capacity; case: ifP => [enough|_] le.
  apply: fits_from_line inj _ => c z c_lt; have [g u fit] := relu_like_line_two slopes z c_lt enough.
  by exists g => // i lt; apply: fit; rewrite -ltnS -addn2 (leq_trans lt).
by apply: (theorem_folklore y inj _).2 slopes; rewrite -addn1.
Qed.
