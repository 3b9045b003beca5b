(** Theorem [narrow-resnet]: the layers take the groups of a peeling in order and move every sample along the direction
    to the code of its class. *)
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From Theorems Require Import Statements Activations Interpolation Networks SumNetworks Product Readout.
From Theorems Require Import GeneralPosition LowerFacets FacetUnits.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section NarrowResnet.
Variables (F : realFieldType) (sigma : F -> F) (phi : F -> F) (leak : F).
Hypotheses (made : made_of sigma 1 (fun z => phi z + leak * z)) (leak_ge0 : 0 <= leak) (interp : interpolates sigma).
Hypotheses (rest : forall z, z <= 0 -> phi z = 0) (same : forall z, 0 <= z <= 2%:R -> phi z = z).
Variables (N dx dy : nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy).
Hypotheses (dx_gt0 : (0 < dx)%N) (position : general_position x).
Variable p : 'cV[F]_dx.
Hypothesis gen : generic x p.
Notation plane := ('rV[F]_dx * F)%type.
Implicit Types (R : {set 'I_N}) (U : seq (F * plane)).

(** The state is P h + c for the state h of a network whose units are [phi]: what a unit adds besides, a multiple of what
    it reads, goes into P, and P stays invertible as no layer's slope along p is positive. *)
Lemma layer U (P : 'M[F]_dx) (c : 'cV[F]_dx) : P \in unitmx -> slope p U <= 0 ->
  exists (net : network F dx [:: size U] dx) (P' : 'M[F]_dx) (c' : 'cV[F]_dx), P' \in unitmx /\
  forall h, (P *m h + c) + eval sigma net (P *m h + c) = P' *m (h + supply phi U h *: p) + c'.
Proof.
move=> Pu steep; pose S : 'rV[F]_dx := \sum_(v <- U) v.1 *: v.2.1.
have [b total] : exists b, forall h, \sum_(v <- U) v.1 * height v.2 h = (S *m h) 0 0 + b.
  exists (\sum_(v <- U) v.1 * v.2.2) => h.
  rewrite /S mulmx_suml summxE -big_split; apply: eq_bigr => v _.
  by rewrite -scalemxAl mxE /= -mulrDr.
have Sp : S *m p = (slope p U)%:M.
  rewrite [LHS]mx11_scalar /S mulmx_suml summxE; congr (_%:M); apply: eq_bigr => v _.
  by rewrite -scalemxAl mxE.
pose d := 1 - leak * slope p U; have d0 : d != 0.
  by rewrite gt_eqF // /d -mulrN ltr_spaddl ?ltr01 // mulr_ge0 // oppr_ge0.
pose Q : 'M[F]_dx := 1%:M - leak *: (p *m S); pose Q' : 'M[F]_dx := 1%:M + (leak / d) *: (p *m S).
have QQ : Q *m Q' = 1%:M.
  have square : (p *m S) *m (p *m S) = slope p U *: (p *m S).
    by rewrite -mulmxA [S *m _]mulmxA Sp mul_scalar_mx scalemxAr.
  rewrite /Q /Q'; move: (p *m S) square => A square.
  rewrite mulmxBl mul1mx mulmxDr mulmx1 -scalemxAl -scalemxAr square; apply/matrixP => i j; rewrite !mxE.
  by move: d0; rewrite /d => d0; field.
have [_ Q'u] := mulmx1_unit QQ; pose P' := P *m Q'.
have back : P' *m Q = P by rewrite -mulmxA (mulmx1C QQ) mulmx1.
pose items := [seq (v.2.1 *m invmx P, v.2.2 - (v.2.1 *m invmx P *m c) 0 0, v.1 *: (P' *m p)) | v <- U].
have [net value] := sum_network made items; move: net value; rewrite size_map muln1 => net value.
exists net, P', (c + (leak * b) *: (P' *m p)); split=> [|h]; first by rewrite unitmx_mul Pu.
have reads v : ((v : F * plane).2.1 *m invmx P *m (P *m h + c)) 0 0 + (v.2.2 - (v.2.1 *m invmx P *m c) 0 0)
    = height v.2 h.
  rewrite mulmxDr -[v.2.1 *m invmx P *m (P *m h)]mulmxA mulKmx // mxE.
  by rewrite /height addrA addrAC addrK.
have term v : (phi (height v.2 h) + leak * height v.2 h) *: (v.1 *: (P' *m p))
    = ((v : F * plane).1 * phi (height v.2 h) + leak * (v.1 * height v.2 h)) *: (P' *m p).
  by rewrite scalerA; congr (_ *: _); ring.
rewrite value big_map; under eq_bigr => v _ do rewrite /= reads term.
rewrite -scaler_suml big_split /= -mulr_sumr total -/(supply phi U h).
set s := (S *m h) 0 0; have Sh : S *m h = s%:M by rewrite /s -mx11_scalar.
have -> : P *m h = P' *m h - (leak * s) *: (P' *m p).
  rewrite -[in LHS]back -mulmxA /Q mulmxBl mul1mx mulmxBr -scalemxAl -mulmxA Sh mul_mx_scalar -!scalemxAr.
  by rewrite scalerA.
rewrite mulmxDr -scalemxAr; move: (P' *m h) (P' *m p) s (supply phi U h) {Sh} => X Y s z.
by apply/matrixP => i j; rewrite !mxE; move: (X i j) (Y i j) (c i j) => u v w; ring.
Qed.

Section Layers.
Variable D : 'I_N -> F.
Hypothesis D_gt0 : forall i, 0 < D i.
Definition place R i := if i \in R then x i else moved x p D i.

Lemma layers dL (last : network F dx [:: dL] dy) ds R l (P : 'M[F]_dx) (c : 'cV[F]_dx) :
  P \in unitmx -> peels x p R l -> (forall g, g \in l -> out_of_reach x D g.1) ->
  (size l <= \sum_(d <- ds) d.+1 %/ 2)%N ->
  exists net : residual_network F dx ds dL dy, forall i,
  residual_eval sigma net (P *m place R i + c) = eval sigma last (moved x p D i).
Proof.
elim: ds R l P c => [|d ds IH] R l P c Pu pl far.
  rewrite big_nil leqn0 size_eq0 => /eqP l0; move: pl; rewrite l0 /= => R0.
  have [net h] := precompose sigma last (invmx P) (- (invmx P *m c)); exists net => i.
  by rewrite -[LHS]/(eval sigma net (P *m place R i + c)) h mulmxDr mulKmx // addrK /place R0 inE.
rewrite big_cons => room; set r := (d.+1 %/ 2)%N in room; rewrite -(cat_take_drop r l) in pl.
have [g gl|R' [U [sub pl' few steep [on off away]]]] := layer_units rest same position gen D_gt0 pl.
  exact/far/mem_take/gl.
have [net [P' [c' [Pu' value]]]] := layer c Pu steep.
have [||net' wide] := @widen_network F sigma dx [:: size U] [:: d] dx net => //.
  rewrite /= andbT (leq_trans few) //; have le : (size (take r l) <= r)%N by rewrite size_take_min geq_minl.
  by move: le; rewrite /r; lia.
have [||||rest_net tail] := IH R' (drop r l) P' c' => //.
- by move=> g /mem_drop; exact: far.
- by rewrite size_drop leq_subLR.
exists (net', rest_net) => i.
rewrite -[LHS]/(residual_eval sigma rest_net ((P *m place R i + c) + eval sigma net' (P *m place R i + c))) wide value.
rewrite -(tail i); congr (residual_eval _ _ (_ *m _ + _)); rewrite /place.
have [iR|out] := boolP (i \in R); last first.
  by rewrite away scale0r addr0; case: ifP => // iR'; move: out; rewrite (subsetP sub).
have [iR'|out] := boolP (i \in R'); first by rewrite off ?scale0r ?addr0 // !inE iR' iR.
by rewrite on // inE out.
Qed.
End Layers.

Lemma exceeds (w r : 'I_N -> F) : (forall i, 0 <= w i) -> exists C, forall i, w i < C + r i.
Proof.
move=> w0; exists (1 + \sum_i (w i + `|r i|)) => i.
rewrite (bigD1 i) //= -!addrA ltr_spaddl ?ltr01 // ler_addl addrA addrC addrA addr_ge0 //.
  by rewrite addrC -ler_subl_addr sub0r -normrN ler_norm.
by rewrite sumr_ge0 // => j _; rewrite addr_ge0.
Qed.

(** Far enough for all facets, and to the codes of the classes *)
Lemma residual dL ds : ((N + dx.-1) %/ dx <= \sum_(d <- ds) d.+1 %/ 2)%N -> (dy <= dL.+1)%N ->
  residual_fits sigma ds dL x (one_hot F class).
Proof.
move=> room le; have [l [pl few]] := peeling dx_gt0 position gen setT.
have [|t [along _]] := @interpolate F N dx x position p gen set0 (fun=> 0) 1; first by rewrite cards0.
pose r i : F := (class i)%:R - height t (x i).
pose worst i := `|r i| + \sum_(g <- l) `|height g.1 (x i)|.
have w0 i : 0 <= worst i by rewrite addr_ge0 // sumr_ge0.
have [C big] := exceeds r w0.
pose D i := C + r i; have D0 i : 0 < D i by exact: le_lt_trans (w0 i) (big i).
have far g : g \in l -> out_of_reach x D g.1.
  move=> gl i; apply: le_lt_trans (big i); apply: le_trans (ler_norm _) _.
  by rewrite /worst (big_rem g gl) /= addrCA ler_addl addr_ge0 // sumr_ge0.
have lt n : C + n%:R < C + n.+1%:R by rewrite ltr_add2l ltr_nat.
have [net codes] := readout interp dL (fun n => \col_(a < dy) (a == n :> nat)%:R) lt.
have [last value] := precompose sigma net t.1 t.2%:M.
have [|resnet h] := layers D0 last 0 (unitmx1 F dx) pl far (leq_trans _ room).
  by rewrite (leq_trans few) // cardsT card_ord.
exists resnet => i; have := h i; rewrite mul1mx addr0 /place inE => ->.
have -> : eval sigma last (moved x p D i) = eval sigma net (C + (class i)%:R)%:M.
  rewrite value; congr (eval _ _ _).
  have -> : C + (class i)%:R = height t (moved x p D i) by rewrite height_along along mulr1 /D /r; ring.
  by rewrite /height [LHS]mx11_scalar mxE [X in _ + X]mxE.
by rewrite codes // -ltnS (leq_trans (ltn_ord (class i))).
Qed.
End NarrowResnet.

Section Units.
Variable F : realFieldType.

(** A hard-tanh unit that is at rest for z <= 0 *)
Lemma hard_tanh_unit : made_of (@hard_tanh F) 1 (fun z => hard_tanh (z - 1) + 1 + 0 * z).
Proof.
exists (fun=> 1), (fun=> -1), (fun=> 1), 1 => z.
by rewrite big_ord1 mul0r addr0 !mul1r.
Qed.

Lemma relu_like_unit (sp sm : F) : sm < sp ->
  made_of (relu_like sp sm) 1 (fun z => Num.max 0 z + sm / (sp - sm) * z).
Proof.
move=> s; have k0 : sp - sm != 0 by rewrite gt_eqF // subr_gt0.
exists (fun=> 1), (fun=> 0), (fun=> (sp - sm)^-1), 0 => z; rewrite big_ord1 mul1r !addr0 /relu_like.
by case: ltP => z0; field.
Qed.
End Units.

Theorem theorem_narrow_resnet : Theorem_narrow_resnet.
Proof.
split=> [F N dx dy dL ds x class dx0 position room last|N dx dy ds dx0 room].
  have [p gen] := direction x dx0; split=> [|sp sm /andP[sm0 s]].
    apply: (residual (hard_tanh_unit F) _ (@hard_tanh_interpolates F) _ _ class dx0 position gen room last) => // z.
      by move=> z0; rewrite hard_tanh_low ?addNr // ler_subl_addr addNr.
    move=> /andP[lo hi]; rewrite hard_tanh_in ?subrK // ler_subr_addr ler_subl_addr addNr lo.
    exact: hi.
  apply: (residual (relu_like_unit s) _ (relu_like_interpolates _) _ _ class dx0 position gen room last).
  - by rewrite divr_ge0 // subr_ge0 ltW.
  - by rewrite sm0.
  - by move=> z z0; rewrite max_l.
  - by move=> z /andP[z0 _]; rewrite max_r.
have half : (\sum_(d <- ds) d <= 2 * \sum_(d <- ds) d.+1 %/ 2)%N.
  rewrite big_distrr; apply: leq_sum => d _ /=.
  by lia.
have le : (N <= (\sum_(d <- ds) d.+1 %/ 2) * dx)%N.
  by move: (\sum_(d <- ds) d)%N (\sum_(d <- ds) d.+1 %/ 2)%N half room => S G half room; nia.
by rewrite -ltnS ltn_divLR // mulSn; lia.
Qed.
