(** Lemma G.1 on outputs and gradients: bounds of order r^k on families of matrices, by induction over the layers. *)
From mathcomp Require Import all_ssreflect all_algebra ring.
From Theorems Require Import Statements.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Orders.
Variables (F : realFieldType) (T : Type) (r : T -> F).
Hypothesis r01 : forall t, 0 <= r t <= 1.
Implicit Types P Q : T -> Prop.

(** The entries of f t are at most C (r t)^k where P holds. *)
Definition order (P : T -> Prop) m n k (f : T -> 'M[F]_(m, n)) : Prop :=
  exists2 C : F, 0 <= C & forall t, P t -> forall i j, `|f t i j| <= C * r t ^+ k.

Lemma order_eq P m n k (f g : T -> 'M[F]_(m, n)) : (forall t, P t -> g t = f t) -> order P k f -> order P k g.
Proof. by move=> e [C c0 h]; exists C => // t Pt i j; rewrite e //; exact: h. Qed.

Lemma order_sub P Q m n k (f : T -> 'M[F]_(m, n)) : (forall t, Q t -> P t) -> order P k f -> order Q k f.
Proof. by move=> s [C c0 h]; exists C => // t /s; exact: h. Qed.

Lemma r_ge0 t k : 0 <= r t ^+ k. Proof. by rewrite exprn_ge0 //; case/andP: (r01 t). Qed.

Lemma order_lower P m n k l (f : T -> 'M[F]_(m, n)) : (l <= k)%N -> order P k f -> order P l f.
Proof.
move=> le [C c0 h]; exists C => // t Pt i j; apply: le_trans (h t Pt i j) _.
by rewrite ler_wpmul2l // ler_wiexpn2l //; case/andP: (r01 t).
Qed.

Lemma order_const P m n (A : 'M[F]_(m, n)) : order P 0 (fun=> A).
Proof.
exists (\sum_i \sum_j `|A i j|); first by rewrite sumr_ge0 // => i _; rewrite sumr_ge0.
move=> t _ i j; rewrite expr0 mulr1 (bigD1 i) //= (bigD1 j) //= -addrA ler_addl addr_ge0 ?sumr_ge0 //.
by move=> i' _; rewrite sumr_ge0.
Qed.

Lemma order_add P m n k (f g : T -> 'M[F]_(m, n)) : order P k f -> order P k g -> order P k (fun t => f t + g t).
Proof.
move=> [C c0 h] [D d0 h']; exists (C + D); first exact: addr_ge0.
move=> t Pt i j; rewrite mxE mulrDl; apply: le_trans (ler_norm_add _ _) _.
by rewrite ler_add //; [exact: h | exact: h'].
Qed.

Lemma order_mul P m n p k l (f : T -> 'M[F]_(m, n)) (g : T -> 'M[F]_(n, p)) :
  order P k f -> order P l g -> order P (k + l) (fun t => f t *m g t).
Proof.
move=> [C c0 h] [D d0 h']; exists (n%:R * (C * D)); first by rewrite mulr_ge0 ?ler0n // mulr_ge0.
move=> t Pt i j; rewrite mxE; apply: le_trans (ler_norm_sum _ _ _) _.
apply: (@le_trans _ _ (\sum_(s < n) (C * D * r t ^+ (k + l)))); last first.
  by rewrite sumr_const card_ord -[X in _ <= X]mulrA mulr_natl.
by apply: ler_sum => s _; rewrite normrM exprD mulrACA ler_pmul ?h ?h'.
Qed.

End Orders.

Lemma layer_alongE (F : realFieldType) (dy m n : nat) (D : 'M[F]_(dy, m)) (a : 'cV[F]_n) (k : 'I_dy)
    (p q : 'M[F]_(m, n) * 'cV[F]_m) :
  layer_along (layer_gradient D a k) p q = (D *m ((q.1 - p.1) *m a + (q.2 - p.2))) k 0.
Proof.
rewrite /layer_along !mxE -big_split /=; apply: eq_bigr => j _; rewrite !mxE mulrDr mulr_sumr; congr (_ + _).
by apply: eq_bigr => i _; rewrite !mxE mulrAC mulrA.
Qed.

Section Expansion.
Variables (F : realFieldType) (sigma : F -> F) (T : Type) (r : T -> F) (dy : nat).
Hypothesis r01 : forall t, 0 <= r t <= 1.
Implicit Types P Q : T -> Prop.

Lemma order_layer P m n (p : 'M[F]_(m, n) * 'cV[F]_m) (q : T -> 'M[F]_(m, n) * 'cV[F]_m) :
  (forall t, P t -> near_layer (r t) p (q t)) ->
  order r P 1 (fun t => (q t).1 - p.1) /\ order r P 1 (fun t => (q t).2 - p.2).
Proof.
move=> h; split; exists 1; rewrite ?ler01 // => t Pt i j; rewrite expr1 mul1r !mxE.
  by case: (h t Pt) => h' _; exact: h'.
by case: (h t Pt) => _ h'; rewrite ord1; exact: h'.
Qed.

Lemma near_layer_gradient P m n (D : 'M[F]_(dy, m)) (D' : T -> 'M[F]_(dy, m)) (a : 'cV[F]_n) (a' : T -> 'cV[F]_n) :
  order r P 1 (fun t => D' t - D) -> order r P 1 (fun t => a' t - a) ->
  exists2 C : F, 0 <= C & forall t, P t -> forall k,
    near_layer (C * r t) (layer_gradient D a k) (layer_gradient (D' t) (a' t) k).
Proof.
move=> [c c0 hD] [e e0 ha]; have [d d0 bD] := order_const r P D; have [f f0 ba] := order_const r P a.
exists (c * e + c * f + d * e + c); first by rewrite !addr_ge0 ?mulr_ge0.
move=> t Pt k; have /andP[r0 r1] := r01 t; split=> [j i|j]; rewrite !mxE.
  have -> : D' t k j * a' t i 0 - D k j * a i 0 =
      (D' t - D) k j * (a' t - a) i 0 + (D' t - D) k j * a i 0 + D k j * (a' t - a) i 0.
    by rewrite !mxE; move: (D' t k j) (D k j) (a' t i 0) (a i 0) => X Y Z W; ring.
  have := hD t Pt k j; have := ha t Pt i 0; have := bD t Pt k j; have := ba t Pt i 0; rewrite !expr1 expr0 !mulr1.
  move: ((D' t - D) k j) ((a' t - a) i 0) (D k j) (a i 0) => X Y Z W hW hZ hY hX.
  apply: (@le_trans _ _ (c * r t * (e * r t) + c * r t * f + d * (e * r t))).
    apply: le_trans (ler_norm_add _ _) _; rewrite ler_add ?normrM ?ler_pmul //.
    by apply: le_trans (ler_norm_add _ _) _; rewrite ler_add ?normrM ?ler_pmul.
  rewrite -subr_ge0; have -> : (c * e + c * f + d * e + c) * r t - (c * r t * (e * r t) + c * r t * f + d * (e * r t)) =
      c * e * r t * (1 - r t) + c * r t by ring.
  by rewrite addr_ge0 ?mulr_ge0 ?subr_ge0.
have := hD t Pt k j; rewrite !mxE expr1 => h; apply: le_trans h _.
by rewrite ler_wpmul2r // ler_addr !addr_ge0 ?mulr_ge0.
Qed.

Lemma near_layer_le m n (c c' : F) (p q : 'M[F]_(m, n) * 'cV[F]_m) : c <= c' -> near_layer c p q -> near_layer c' p q.
Proof. by move=> le [h h']; split=> *; apply: le_trans le. Qed.

Lemma near_le ds : forall dx (c c' : F) (p q : network F dx ds dy), c <= c' -> near c p q -> near c' p q.
Proof.
elim: ds => [|d ds IH] dx c c' p q le /=; first exact: near_layer_le.
by case=> h1 h2; split; [exact: near_layer_le h1 | exact: IH h2].
Qed.

Lemma expansion ds : forall dx (net : network F dx ds dy) (J : slopes F ds) (x : 'cV[F]_dx), no_kinks sigma net J x ->
  forall P (net' : T -> network F dx ds dy) (x' : T -> 'cV[F]_dx),
  (forall t, P t -> near (r t) net (net' t)) -> order r P 1 (fun t => x' t - x) ->
  exists2 rho : F, 0 < rho & let Q t := P t /\ r t <= rho in
  [/\ order r Q 2 (fun t => eval sigma (net' t) (x' t) - eval sigma net x - backward net J *m (x' t - x)
        - \col_k along (gradient sigma net J x k) net (net' t)),
      order r Q 1 (fun t => backward (net' t) J - backward net J),
      exists C, forall t, Q t -> forall k, near (C * r t) (gradient sigma net J x k) (gradient sigma (net' t) J (x' t) k)
    & forall t, Q t -> no_kinks sigma (net' t) J (x' t)].
Proof.
elim: ds => [|d ds IH] dx net J x hk P net' x' hnear hx.
  exists 1; first exact: ltr01.
  have [hD hb] := order_layer hnear; have sub t : P t /\ r t <= 1 -> P t by case.
  split=> //=; [|exact: order_sub sub hD|].
    apply: (order_eq (f := fun t => ((net' t).1 - net.1) *m (x' t - x))); last first.
      exact: order_sub sub (order_mul (k := 1) (l := 1) hD hx).
    move=> t _; apply/colP => k; rewrite [LHS]mxE [in X in _ + X]mxE [in X in _ + X]mxE layer_alongE mul1mx.
    rewrite !(mulmxBl, mulmxBr); move: ((net' t).1 *m x' t) ((net' t).1 *m x) (net.1 *m x' t) (net.1 *m x) => X Y Z W.
    have group (p q u v b b' : F) : p + b' - (v + b) - (u - v) - (q - v + (b' - b)) = p - q - (u - v) by ring.
    by rewrite !mxE; exact: group.
  have zero : order r P 1 (fun t => (1%:M : 'M[F]_dy) - 1%:M).
    by exists 0 => // t _ i j; rewrite !mxE subrr normr0 mul0r.
  have [C _ h] := near_layer_gradient zero hx.
  by exists C => t [Pt _] k; exact: h.
case: hk => -[eps eps0 heps] hk.
have hnear1 t : P t -> near_layer (r t) net.1 (net' t).1 by move=> /hnear [].
have hnear2 t : P t -> near (r t) net.2 (net' t).2 by move=> /hnear [].
have [hD hb] := order_layer hnear1.
set W := net.1.1 in hD heps hk *; set b := net.1.2 in hb heps hk *.
set z0 := W *m x + b in heps hk *; pose z t := (net' t).1.1 *m x' t + (net' t).1.2.
pose Delta t := (net' t).1.1 - W; pose delta t := (net' t).1.2 - b.
have zE t : z t - z0 = Delta t *m x + delta t + W *m (x' t - x) + Delta t *m (x' t - x).
  rewrite /Delta /z /z0 !(mulmxBl, mulmxBr).
  move: ((net' t).1.1 *m x' t) ((net' t).1.1 *m x) (W *m x' t) (W *m x) => A B C D.
  have group (p q u v c c' : F) : p + c' - (v + c) = q - v + (c' - c) + (u - v) + (p - q - (u - v)) by ring.
  by apply/colP => k; rewrite !mxE; exact: group.
have hx0 := order_const r P x; have hW0 := order_const r P W.
have hDx : order r P 2 (fun t => Delta t *m (x' t - x)) by exact: (order_mul (k := 1) (l := 1) hD hx).
have hz : order r P 1 (fun t => z t - z0).
  apply: (order_eq (fun t _ => zE t)); apply: order_add; last exact: order_lower hDx.
  apply: order_add; last exact: (order_mul (k := 0) (l := 1) hW0 hx).
  by apply: order_add => //; exact: (order_mul (k := 1) (l := 0) hD hx0).
have [C C0 hC] := hz; have C1 : 0 < C + 1 := ltr_paddl C0 ltr01.
pose rho1 := eps / 2%:R / (C + 1); have rho10 : 0 < rho1 by rewrite !divr_gt0 ?ltr0n.
pose P1 t := P t /\ r t <= rho1; have sub1 t : P1 t -> P t by case.
have half t : P1 t -> forall j, `|z t j 0 - z0 j 0| <= eps / 2%:R.
  case=> Pt le j; have := hC t Pt j 0; rewrite !mxE expr1 => /le_trans; apply.
  apply: (@le_trans _ _ ((C + 1) * rho1)); last by rewrite /rho1 mulrC divfK ?gt_eqF.
  by have /andP[r0 _] := r01 t; rewrite ler_pmul // ler_addl ler01.
have eps2 : eps / 2%:R + eps / 2%:R = eps by rewrite -mulr2n -mulr_natr divfK ?pnatr_eq0.
have epsle : eps / 2%:R <= eps by rewrite -{2}eps2 ler_addl ltW // divr_gt0 ?ltr0n.
have hs t : P1 t -> map_mx sigma (z t) - map_mx sigma z0 = diag_mx J.1^T *m (z t - z0).
  have slope (p q : 'cV[F]_d) : (forall j, sigma (p j 0) - sigma (q j 0) = J.1 j 0 * (p j 0 - q j 0)) ->
    map_mx sigma p - map_mx sigma q = diag_mx J.1^T *m (p - q).
    by move=> h; apply/colP => j; rewrite mul_diag_mx !mxE h.
  by move=> Pt; apply: slope => j; apply: heps; exact: le_trans (half t Pt j) epsle.
have ha : order r P1 1 (fun t => map_mx sigma (z t) - map_mx sigma z0).
  apply: (order_eq hs); apply: (order_mul (k := 0) (l := 1)); first exact: order_const.
  exact: order_sub sub1 hz.
have [rho2 rho20 [e2 e1 [Cg hg] hk2]] :=
  IH _ net.2 J.2 _ hk P1 (fun t => (net' t).2) _ (fun t Pt => hnear2 t (sub1 t Pt)) ha.
pose B := backward net.2 J.2; pose S := diag_mx J.1^T.
exists (Num.min rho1 rho2); first by rewrite lt_minr rho10.
move=> Q; have sub t : Q t -> P t by case.
have sub2 t : Q t -> P1 t /\ r t <= rho2 by rewrite /Q le_minr => -[Pt /andP[? ?]].
have hQ t : Q t -> P1 t by move/sub2 => [].
have eB : order r Q 1 (fun t => backward (net' t).2 J.2 - B) := order_sub sub2 e1.
have eD : order r Q 1 (fun t => backward (net' t).2 J.2 *m S - B *m S).
  apply: (order_eq (f := fun t => (backward (net' t).2 J.2 - B) *m S)); first by move=> t _; rewrite mulmxBl.
  exact: (order_mul (k := 1) (l := 0) eB (order_const r Q S)).
have hDQ : order r Q 1 Delta := order_sub sub hD.
split=> [||| t Qt] /=.
- apply: (order_eq (f := fun t => (eval sigma (net' t).2 (map_mx sigma (z t)) - eval sigma net.2 (map_mx sigma z0)
    - B *m (map_mx sigma (z t) - map_mx sigma z0)
    - \col_k along (gradient sigma net.2 J.2 (map_mx sigma z0) k) net.2 (net' t).2)
    + B *m S *m (Delta t *m (x' t - x)))); last first.
    apply: order_add; first exact: order_sub sub2 e2.
    exact: (order_mul (k := 0) (l := 2) (order_const r Q (B *m S)) (order_sub sub hDx)).
  move=> t Qt; have key : B *m S *m W *m (x' t - x) + B *m S *m (Delta t *m x + delta t)
      + B *m S *m (Delta t *m (x' t - x)) = B *m (map_mx sigma (z t) - map_mx sigma z0).
    rewrite (hs t (hQ t Qt)) zE -/S (mulmxA B S) !(mulmxDr (B *m S)) -(mulmxA (B *m S) W); congr (_ + _).
    by rewrite addrC.
  have colE : \col_k (layer_along (layer_gradient (B *m S) x k) net.1 (net' t).1
      + along (gradient sigma net.2 J.2 (map_mx sigma z0) k) net.2 (net' t).2)
      = B *m S *m (Delta t *m x + delta t) + \col_k along (gradient sigma net.2 J.2 (map_mx sigma z0) k) net.2 (net' t).2.
    by apply/colP => k; rewrite [LHS]mxE [RHS]mxE layer_alongE; congr (_ + _); rewrite mxE.
  have group (e e' c g h f : 'cV[F]_dy) : e - e' - c - (g + h) = e - e' - (c + g + f) - h + f.
    by apply/colP => k; rewrite !mxE; ring.
  by rewrite -key -[RHS]group -colE.
- have prod (M M' : 'M[F]_(dy, d)) (V V' : 'M[F]_(d, dx)) :
      M' *m V' - M *m V = (M' - M) *m V + (M' - M) *m (V' - V) + M *m (V' - V).
    by rewrite -mulmxDr [V + _]addrC subrK mulmxBl mulmxBr addrA subrK.
  apply: (order_eq (fun t _ => prod (B *m S) (backward (net' t).2 J.2 *m S) W (net' t).1.1)).
  apply: order_add; last exact: (order_mul (k := 0) (l := 1) (order_const r Q (B *m S)) hDQ).
  apply: order_add; first exact: (order_mul (k := 1) (l := 0) eD (order_const r Q W)).
  by apply: order_lower (order_mul (k := 1) (l := 1) eD hDQ).
- have [Cl _ hl] := near_layer_gradient eD (order_sub sub hx).
  exists (Num.max Cl Cg) => t Qt k; have /andP[r0 _] := r01 t; split.
    by apply: near_layer_le (hl t Qt k); rewrite ler_wpmul2r // le_maxr lexx.
  by apply: near_le (hg t (sub2 t Qt) k); rewrite ler_wpmul2r // le_maxr lexx orbT.
split; last exact: hk2 (sub2 t Qt).
exists (eps / 2%:R) => [|j s]; first by rewrite divr_gt0 ?ltr0n.
rewrite -/(z t) => hs'; have h1 := half t (hQ t Qt) j.
have hs0 : `|s - z0 j 0| <= eps.
  by rewrite -eps2 -(subrKA (z t j 0) s); apply: le_trans (ler_norm_add _ _) _; exact: ler_add.
have := heps j s hs0; have := heps j (z t j 0) (le_trans h1 epsle).
by move=> e e'; rewrite -[LHS](subrKA (sigma (z0 j 0)) (sigma s)) e' -[sigma (z0 j 0) - _]opprB e -mulrBr opprB subrKA.
Qed.

End Expansion.

Theorem lemma_G_1 : Lemma_G_1.
Proof.
move=> F sigma dx ds dy net J x hk.
pose T := (network F dx ds dy * {r : F | 0 <= r <= 1})%type; pose r (t : T) := sval t.2.
have r01 t : 0 <= r t <= 1 by exact: (svalP t.2).
have hx : order r (fun t : T => near (r t) net t.1) 1 (fun=> x - x).
  by exists 0 => // t _ i j; rewrite subrr mxE normr0 mul0r.
have [rho rho0 [[C C0 hC] _ [D hD] hk']] := expansion r01 hk (net' := fun t : T => t.1) (fun t h => h) hx.
exists (Num.min 1 rho); first by rewrite lt_minr ltr01.
exists (Num.max C D) => net' s /andP[s0]; rewrite le_minr => /andP[s1 srho] hn.
have s01 : 0 <= s <= 1 by rewrite s0.
pose t : T := (net', exist _ s s01); have Qt : near (r t) net t.1 /\ r t <= rho by [].
split=> [|k]; first exact: hk' Qt.
split; last by apply: near_le (hD t Qt k); rewrite ler_wpmul2r // le_maxr lexx orbT.
have := hC t Qt k 0; rewrite subrr mulmx0 subr0 !mxE => h; apply: le_trans h _.
by rewrite ler_wpmul2r ?exprn_ge0 // le_maxr lexx.
Qed.
