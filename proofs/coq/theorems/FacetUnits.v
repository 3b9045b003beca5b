(** The units of one layer, on the groups of a peeling: the group peeled last needs one, as what is missing is positive,
    and every other group two; all are at rest on the samples peeled later, and on those that have moved. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import zify.
From Theorems Require Import Statements GeneralPosition LowerFacets.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section FacetUnits.
Variables (F : realFieldType) (phi : F -> F).
Hypotheses (rest : forall z, z <= 0 -> phi z = 0) (same : forall z, 0 <= z <= 2%:R -> phi z = z).
Variables (N dx : nat) (x : 'I_N -> 'cV[F]_dx).
Hypothesis position : general_position x.
Variable p : 'cV[F]_dx.
Hypothesis gen : generic x p.
Notation plane := ('rV[F]_dx * F)%type.
Notation facets := (seq (plane * {set 'I_N})).
Implicit Types (q t : plane) (R T : {set 'I_N}) (l : facets) (U : seq (F * plane)).

(** How far a sample moves *)
Variable D : 'I_N -> F.
Hypothesis D_gt0 : forall i, 0 < D i.
Definition moved i := x i + D i *: p.
Definition out_of_reach q := forall i, height q (x i) < D i.

Lemma height_along q (h : 'cV[F]_dx) a : height q (h + a *: p) = height q h + a * (q.1 *m p) 0 0.
Proof. by rewrite /height mulmxDr -scalemxAr mxE [X in _ + X + _]mxE addrAC. Qed.

(** Units of one layer: their weights along p, and what they read *)
Definition supply U h := \sum_(v <- U) v.1 * phi (height v.2 h).
Definition slope U := \sum_(v <- U) v.1 * (v.2.1 *m p) 0 0.

(** A unit that reads A times a facet's function and [t], which does not change along p *)
Definition reading (A : F) q t : plane := (A *: q.1 + t.1, A * q.2 + t.2).

Lemma height_reading A q t h : height (reading A q t) h = A * height q h + height t h.
Proof. by rewrite /height /reading /= mulmxDl -scalemxAl mxE [X in X + _ + _]mxE mulrDr addrACA. Qed.

Lemma reading_along A q t : ((reading A q t).1 *m p) 0 0 = A * (q.1 *m p) 0 0 + (t.1 *m p) 0 0.
Proof. by rewrite /reading /= mulmxDl -scalemxAl mxE [X in X + _]mxE. Qed.

Lemma below_zero (v t A : F) : v < 0 -> `|t / v| <= A -> A * v + t <= 0.
Proof.
move=> v0 le; rewrite -ler_subr_addr sub0r; apply: le_trans (_ : `|t / v| * v <= _); first by rewrite ler_nmul2r.
rewrite normrM normfV (ltr0_norm v0) invrN mulrN mulNr divfK ?lt_eqF // ler_oppr opprK.
by rewrite ler_norm.
Qed.

(** For large A it is at rest on samples peeled later, and on all samples after their moves. *)
Lemma resting R q T t : lower_facet x p R q T -> out_of_reach q -> (t.1 *m p) 0 0 = 0 ->
  exists A0, forall A, A0 <= A -> (forall i, i \in R :\: T -> height (reading A q t) (x i) <= 0) /\
    forall i, height (reading A q t) (moved i) <= 0.
Proof.
move=> [_ _ fall _ below] far along.
pose near i := `|height t (x i) / height q (x i)|; pose beyond i := `|height t (x i) / (height q (x i) - D i)|.
have near0 i : 0 <= near i by exact: normr_ge0.
have beyond0 i : 0 <= beyond i by exact: normr_ge0.
have le i : near i <= \sum_i (near i + beyond i) /\ beyond i <= \sum_i (near i + beyond i).
  have sum0 : 0 <= \sum_(j | j != i) (near j + beyond j) by apply: sumr_ge0 => j _; rewrite addr_ge0.
  by rewrite (bigD1 i) //=; split; last rewrite [near i + _]addrC; rewrite -addrA ler_addl addr_ge0.
exists (\sum_i (near i + beyond i)) => A big; split=> i.
  by move=> /below neg; rewrite height_reading below_zero // (le_trans _ big) //; case: (le i).
rewrite height_reading !height_along fall along mulrN1 mulr0 addr0 below_zero ?subr_lt0 //.
by rewrite (le_trans _ big) //; case: (le i).
Qed.

(** What the units of a group do *)
Definition serves R T U (r : 'I_N -> F) : Prop :=
  [/\ forall i, i \in T -> supply U (x i) = r i, forall i, i \in R :\: T -> supply U (x i) = 0
    & forall i, supply U (moved i) = 0].

(** One unit supplies positive values. *)
Lemma one_unit R q T r : lower_facet x p R q T -> out_of_reach q -> (forall i, 0 < r i) ->
  exists U, [/\ size U = 1%N, slope U <= 0 & serves R T U r].
Proof.
move=> low far r0; have [_ small fall on _] := low.
pose s := 1 + \sum_i r i; have s_ge i : r i <= s.
  rewrite /s (bigD1 i) //= addrCA ler_addl addr_ge0 ?ler01 // sumr_ge0 // => j _; exact: ltW.
have s0 : 0 < s by rewrite ltr_spaddl ?ltr01 // sumr_ge0 // => j _; exact: ltW.
have [t [along value]] := interpolate position gen (fun i => r i / s) 0 small.
have [A0 silent] := resting low far along.
have [|near beyond] := silent (Num.max 0 A0); first by rewrite le_maxr lexx orbT.
set A := Num.max 0 A0 in near beyond; have A_ge0 : 0 <= A by rewrite le_maxr lexx.
exists [:: (s, reading A q t)]; split=> //.
  rewrite /slope big_seq1 reading_along fall along addr0 mulrN1 mulrN oppr_le0.
  by rewrite mulr_ge0 // ltW.
split=> [i iT|i iR|i]; rewrite /supply big_seq1 /=.
- have e : height (reading A q t) (x i) = r i / s by rewrite height_reading on // mulr0 add0r value.
  rewrite e same; first by rewrite mulrC divfK // gt_eqF.
  apply/andP; split; first by rewrite divr_ge0 // ltW.
  by rewrite ler_pdivr_mulr //; apply: le_trans (s_ge i) _; rewrite ler_pmull // ler1n.
- by rewrite rest ?mulr0 // near.
- by rewrite rest ?mulr0 // beyond.
Qed.

(** The difference of two supplies any values. *)
Lemma two_units R q T r : lower_facet x p R q T -> out_of_reach q ->
  exists U, [/\ size U = 2%N, slope U = 0 & serves R T U r].
Proof.
move=> low far; have [_ small fall on _] := low.
pose s := 1 + \sum_i `|r i|; have s_ge i : `|r i| <= s.
  by rewrite /s (bigD1 i) //= addrCA ler_addl addr_ge0 ?ler01 // sumr_ge0.
have s0 : 0 < s by rewrite ltr_spaddl ?ltr01 // sumr_ge0.
have [t [along value]] := interpolate position gen (fun i => r i / s + 1) 0 small.
pose one : plane := (0, 1); have along1 : (one.1 *m p) 0 0 = 0 by rewrite mul0mx mxE.
have [A1 silent1] := resting low far along; have [A2 silent2] := resting low far along1.
pose A := Num.max A1 A2.
have [|near1 beyond1] := silent1 A; first by rewrite le_maxr lexx.
have [|near2 beyond2] := silent2 A; first by rewrite le_maxr lexx orbT.
have h1 h : height one h = 1 by rewrite /height mul0mx mxE add0r.
exists [:: (s, reading A q t); (- s, reading A q one)]; split=> //.
  by rewrite /slope big_cons big_seq1 !reading_along along along1 mulNr subrr.
split=> [i iT|i iR|i]; rewrite /supply big_cons big_seq1 /=.
- rewrite !height_reading on // mulr0 !add0r value // h1.
  have : `|r i / s| <= 1 by rewrite normrM normfV (gtr0_norm s0) ler_pdivr_mulr // mul1r.
  rewrite ler_norml => /andP[lo hi]; have one_le2 : 1 <= 2%:R :> F by rewrite ler1n.
  rewrite [phi 1]same ?ler01 // same; last first.
    apply/andP; split; first by rewrite -ler_subl_addr sub0r.
    by rewrite -[2%:R]/(1 + 1) ler_add2r.
  by rewrite mulrDr mulr1 mulrC divfK ?gt_eqF // mulNr mulr1 addrK.
- by rewrite !rest ?mulr0 ?addr0 // ?near1 ?near2.
- by rewrite !rest ?mulr0 ?addr0 // ?beyond1 ?beyond2.
Qed.

Lemma supply_cat U V h : supply (U ++ V) h = supply U h + supply V h.
Proof. by rewrite /supply big_cat. Qed.

(** A layer takes the groups [now]; all samples of these get what they need, all others stay. *)
Lemma layer_units R now behind : peels x p R (now ++ behind) -> (forall g, g \in now -> out_of_reach g.1) ->
  exists R' U, [/\ R' \subset R, peels x p R' behind, (size U <= (size now).*2.-1)%N, slope U <= 0
    & serves R (R :\: R') U D].
Proof.
elim: now R => [|[q T] now IH] R /=.
  move=> pl _; exists R, [::]; split=> //; first by rewrite /slope big_nil.
  by split=> [i|i _|i]; rewrite ?setDv ?inE // /supply big_nil.
move=> [low pl] far; have farq : out_of_reach q := far _ (mem_head _ _).
have [TR _ _ _ _] := low.
have [g gn|R' [U [sub pl' few steep [on off away]]]] := IH _ pl; first by apply: far; rewrite inE gn orbT.
have R'R : R' \subset R := subset_trans sub (subsetDl R T).
have part i : i \in R :\: R' = (i \in T) || (i \in (R :\: T) :\: R').
  rewrite !inE; have [iT|_] := boolP (i \in T); last by [].
  rewrite (subsetP TR) // andbT /=; apply/negP => /(subsetP sub); by rewrite inE iT.
have later i : i \in R :\: (R :\: R') -> i \in R :\: T /\ i \in R' .
  rewrite inE => /andP[]; rewrite inE => nn iR; move: nn; rewrite iR andbT negbK => iR'.
  by split=> //; exact: (subsetP sub).
have offR i : i \in R' -> supply U (x i) = 0.
  by move=> iR'; apply: off; rewrite inE (subsetP sub) // andbT inE iR'.
have nowE : now = [::] -> U = [::] by move=> e; apply: size0nil; apply/eqP; move: few; rewrite e leqn0.
have finish V r (s_le : slope V <= 0) (r_def : forall i, i \in T -> r i = D i - supply U (x i)) : serves R T V r ->
    slope (V ++ U) <= 0 /\ serves R (R :\: R') (V ++ U) D.
  move=> [onV offV awayV]; split; first by rewrite /slope big_cat -[leRHS]addr0 ler_add.
  split=> [i|i|i]; rewrite supply_cat.
  - rewrite part => /orP[iT|iR]; first by rewrite onV // r_def // subrK.
    by rewrite on // offV ?add0r //; move: iR; rewrite inE => /andP[].
  - by move=> /later[iRT iR']; rewrite offV // offR // addr0.
  - by rewrite awayV away addr0.
case: now => [|g now] in IH pl far few nowE *.
  have [V [sz sl sv]] := one_unit low farq D_gt0; have [|sl' sv'] := finish V D sl _ sv.
    by move=> i _; rewrite (nowE erefl) /supply big_nil subr0.
  by exists R', (V ++ U); split=> //; rewrite (nowE erefl) cats0 sz.
have [V [sz sl sv]] := two_units (fun i => D i - supply U (x i)) low farq.
have [||sl' sv'] := finish V _ _ _ sv => //; first by rewrite sl.
by exists R', (V ++ U); split=> //; rewrite size_cat sz; move: few => /=; lia.
Qed.
End FacetUnits.
