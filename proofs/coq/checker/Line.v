(** The sweep: a faster evaluator for networks whose first layer sees an input through one number t only.

    While every unit of layer 1 stays on its piece, each is (alpha t + beta)/C + value with integers, and so every unit
    of layer 2 is affine in t. What is kept, a stretch, is these lines, and per unit of layer 2 their sums with its
    weights; at the next t only what changed is added. The samples are visited by increasing t, which makes changes rare; nothing
    that is proved depends on the order. Units of layer 2 that are clipped, most of them, are recognized from the
    leading digits of their pre-activations. *)
From Coq Require Import ZArith QArith List Bool Lia Lqa.
From Checker Require Import Semantics Arithmetic Layers.
Import ListNotations.
Open Scope Q_scope.

(** * The first layer: a row from the input to t, and units with one weight *)
Definition one_column (rs : list vector) : bool := forallb (fun w => match w with [_] => true | _ => false end) rs.

Definition to_line (m : matrix) (b : vector) : option (row * list row) :=
  match m with
  | RankOne column r => Some (row_of r 0, map (fun cs => row_of [fst cs] (snd cs)) (combine column b))
  | _ =>
      if one_column (rows m) then
        Some (row_of [1] 0, map (fun rs => row_of (fst rs) (snd rs)) (combine (rows m) b))
      else None
  end.

Definition weight (u : row) : Z := hd 0%Z (numerators u).
Definition above (t : Q) (u : row) : Z := (weight u * Qnum t + shift u * Zpos (Qden t))%Z.
Definition below (t : Q) (u : row) : positive := (Qden t * denominator u)%positive.
Definition unit_at (t : Q) (u : row) : Q := above t u # below t u.

Lemma unit_at_sound c s t t' : t == t' -> unit_at t (row_of [c] s) == c * t' + s.
Proof.
  intros E; transitivity (row_value (row_of [c] s) [t]).
  - rewrite row_value_sound; unfold unit_at, above, below, weight, row_of.
    cbn [numerators shift denominator map hd over dot].
    set (d := common _); generalize (numerator d c) (numerator d s); intros w k. destruct t; cross.
  - rewrite (row_of_sound [c] s [t] [t']) by (constructor; [exact E|constructor]). cbn [dot]; ring.
Qed.

Lemma to_line_sound m b r us h h' : to_line m b = Some (r, us) -> Forall2 Qeq h h' ->
  Forall2 Qeq (map (unit_at (row_value r h)) us) (affine m b h').
Proof.
  intros E H; unfold affine.
  assert (D : forall rs, (if one_column rs then
       Some (row_of [1] 0, map (fun rs => row_of (fst rs) (snd rs)) (combine rs b)) else None) = Some (r, us) -> Forall2 Qeq (map (unit_at (row_value r h)) us)
       (map (fun rs => dot (fst rs) h' + snd rs) (combine rs b))).
  { intros rs F; destruct (one_column rs) eqn:C; [|discriminate]. injection F as <- <-. rewrite map_map.
    apply map_eq_all; intros [w s] I; cbn [fst snd]. apply in_combine_l in I.
    unfold one_column in C; rewrite forallb_forall in C. specialize (C w I). destruct w as [|c [|? ?]]; try discriminate.
    rewrite (unit_at_sound c s _ _ (row_of_sound _ _ _ _ H)). destruct h' as [|x h']; cbn [dot]; ring. }
  destruct m as [rs|c rs|column w]; [exact (D _ E)|exact (D _ E)|]. clear D. injection E as <- <-. cbn [rows].
  rewrite map_map. revert b; induction column as [|c column IH]; intros [|s b]; cbn [combine map]; constructor; auto.
  cbn [fst snd]. rewrite (unit_at_sound c s _ _ (row_of_sound _ _ _ _ H)), dot_scaled. ring.
Qed.

(** * Integer sums *)
Fixpoint sum (w x : list Z) : Z :=
  match w, x with
  | a :: w', b :: x' => b * a + sum w' x'
  | _, _ => 0
  end%Z.

Fixpoint add_sum (s : Z) (w x : list Z) : Z :=
  match w, x with
  | a :: w', b :: x' => add_sum (if Z.eqb b 0 then s else s + b * a)%Z w' x'
  | _, _ => s
  end.

Lemma add_sum_sound w : forall x s, add_sum s w x = (s + sum w x)%Z.
Proof.
  induction w as [|a w IH]; intros [|b x] s; cbn [add_sum sum]; try lia.
  rewrite IH; destruct (Z.eqb_spec b 0) as [->|]; lia.
Qed.

(** What has to be added to the old numbers; missing ones count as 0. *)
Fixpoint change (new old : list Z) : list Z :=
  match new, old with
  | x :: new', y :: old' => (x - y)%Z :: change new' old'
  | _, [] => new
  | [], _ => map Z.opp old
  end.

Lemma sum_opp w : forall x, sum w (map Z.opp x) = (- sum w x)%Z.
Proof. induction w as [|a w IH]; intros [|b x]; cbn [sum map]; rewrite ?IH; lia. Qed.

Lemma change_sound w : forall new old, (sum w old + sum w (change new old) = sum w new)%Z.
Proof.
  induction w as [|a w IH]; intros [|x new] [|y old]; cbn [sum change map]; try lia.
  - rewrite sum_opp; lia.
  - rewrite <- (IH new old); lia.
Qed.

(** * Stretches *)

(** A unit of layer 2: with n/d for t it is (rise n + onset d)/(d under), before its activation. [level] and [lift] are
    the parts of [onset] that come from units of layer 1 with slope 0, and from the others; the digits of [coarse] are
    the leading ones of rise, onset and under, without the same number of the others. *)
Record form := { rise : Z; lift : Z; level : Z; onset : Z; under : positive; coarse : Z * Z * Z }.

Record stretch := {
  pieces : list (Z * Z); (** of layer 1: slope and value *)
  base : positive; (** the common denominator C *)
  alphas : list Z; betas : list Z; values : list Z; (** of layer 1: its lines *)
  forms : list form (** of layer 2 *)
}.

Definition moves (p : Z * Z) : bool := negb (Z.eqb (fst p) 0).
Definition alpha (C : positive) (u : row) (p : Z * Z) : Z :=
  if moves p then (fst p * weight u * (Zpos C / Zpos (denominator u)))%Z else 0%Z.
Definition beta (C : positive) (u : row) (p : Z * Z) : Z :=
  if moves p then (fst p * shift u * (Zpos C / Zpos (denominator u)))%Z else 0%Z.

Definition lines (f : row -> Z * Z -> Z) (us : list row) (ps : list (Z * Z)) : list Z :=
  map (fun up => f (fst up) (snd up)) (combine us ps).

(** The denominators of the units that move. *)
Definition moving (us : list row) (ps : list (Z * Z)) : list positive :=
  map (fun up => denominator (fst up)) (filter (fun up => moves (snd up)) (combine us ps)).

(** A short common denominator where few units move, else that of all, which stays. *)
Definition choose_base (all : positive) (ds : list positive) : positive :=
  match ds with [] | [_] | [_; _] => common ds | _ => all end.

Definition leading (e x : Z) : Z := Z.shiftr x e.

Definition make_form (C : positive) (s : positive) (r : row) (rise lift level : Z) : form :=
  let onset := (Zpos C * level + lift)%Z in
  let under := (C * s * denominator r)%positive in
  let e := Z.max 0 (Z.log2 (Zpos under) - 64) in
  {| rise := rise; lift := lift; level := level; onset := onset; under := under;
     coarse := (leading e rise, leading e onset, leading e (Zpos under)) |}.

Definition enter (a : activation) (us rs : list row) (all : positive) (ps : list (Z * Z)) (st : stretch) : stretch :=
  let C := choose_base all (moving us ps) in
  let same := Pos.eqb C (base st) in
  let al := lines (alpha C) us ps in
  let be := lines (beta C) us ps in
  let va := map snd ps in
  let dal := if same then change al (alphas st) else al in
  let dbe := if same then change be (betas st) else be in
  let dva := change va (values st) in
  {| pieces := ps; base := C; alphas := al; betas := be; values := va;
     forms := map (fun rf => let (r, f) := (rf : row * form) in
       make_form C (scale a) r
         (add_sum (if same then rise f else 0%Z) (numerators r) dal)
         (add_sum (if same then lift f else 0%Z) (numerators r) dbe)
         (add_sum (level f) (numerators r) dva)) (combine rs (forms st)) |}.

Definition start (a : activation) (rs : list row) : stretch :=
  {| pieces := []; base := 1; alphas := []; betas := []; values := [];
     forms := map (fun r => make_form 1 (scale a) r 0 0 (Zpos (scale a) * shift r)) rs |}.

Definition same_piece (p q : Z * Z) : bool := Z.eqb (fst p) (fst q) && Z.eqb (snd p) (snd q).
Fixpoint same_pieces (ps qs : list (Z * Z)) : bool :=
  match ps, qs with
  | [], [] => true
  | p :: ps', q :: qs' => same_piece p q && same_pieces ps' qs'
  | _, _ => false
  end.

(** * The value of a unit of layer 2 *)

(** The activation's value where bounds decide it: k low <= pre-activation <= k high over at most k bound, for some k. *)
Definition quick (a : activation) (low high bound : Z) : option Z :=
  match a with
  | HardTanh => if (bound <=? low)%Z then Some 1%Z else if (high <=? - bound)%Z then Some (-1)%Z else None
  | ReluLike _ (0 # _) => if (high <=? 0)%Z then Some 0%Z else None
  | Threshold => if (0 <=? low)%Z then Some 1%Z else if (high <? 0)%Z then Some 0%Z else None
  | _ => None
  end.

Definition value_at (a : activation) (t : Q) (f : form) : Q :=
  let n := Qnum t in
  let d := Zpos (Qden t) in
  let '(s, i, g) := coarse f in
  let middle := (n * s + d * i)%Z in
  match quick a (Z.min 0 n + middle) (Z.max 0 n + d + middle) (d * (g + 1)) with
  | Some v => v # 1
  | None => activate a (n * rise f + d * onset f # Qden t * under f)
  end.

Fixpoint all_some {A} (l : list (option A)) : option (list A) :=
  match l with
  | [] => Some []
  | Some x :: l' => match all_some l' with Some xs => Some (x :: xs) | None => None end
  | None :: _ => None
  end.

Record line :=
  { row1 : row; units1 : list row; act1 : activation; rows2 : list row; act2 : activation; all1 : positive }.

(** The stretch at t and the values of layer 2 there; [None] if layer 1 squares. *)
Definition step (l : line) (st : stretch) (t : Q) : option (stretch * vector) :=
  match all_some (map (fun u => piece (act1 l) (above t u) (below t u)) (units1 l)) with
  | None => None
  | Some ps =>
      let st := if same_pieces ps (pieces st) then st else enter (act1 l) (units1 l) (rows2 l) (all1 l) ps st in
      Some (st, map (value_at (act2 l) t) (forms st))
  end.

Definition line_of (net : network) : option (line * network) :=
  match net with
  | Plain W b a :: Plain W2 b2 a2 :: others =>
      match to_line W b with
      | Some (r, us) =>
          Some ({| row1 := r; units1 := us; act1 := a; act2 := a2; all1 := common (map denominator us);
                   rows2 := map (fun rs => row_of (fst rs) (snd rs)) (combine (rows W2) b2) |}, others)
      | None => None
      end
  | _ => None
  end.

(** * Soundness *)

(** The lines of a stretch are those of its pieces, over a base that the moving units' denominators divide. *)
Definition form_valid (a : activation) (st : stretch) (r : row) (f : form) : Prop :=
  rise f = sum (numerators r) (alphas st) /\ lift f = sum (numerators r) (betas st) /\
  level f = (sum (numerators r) (values st) + Zpos (scale a) * shift r)%Z /\
  f = make_form (base st) (scale a) r (rise f) (lift f) (level f).

Definition valid (l : line) (st : stretch) : Prop :=
  alphas st = lines (alpha (base st)) (units1 l) (pieces st) /\
  betas st = lines (beta (base st)) (units1 l) (pieces st) /\
  values st = map snd (pieces st) /\
  (forall u p, In (u, p) (combine (units1 l) (pieces st)) -> moves p = true -> (Zpos (denominator u) | Zpos (base st))%Z) /\
  Forall2 (form_valid (act1 l) st) (rows2 l) (forms st).

Lemma start_valid l : valid l (start (act1 l) (rows2 l)).
Proof.
  unfold valid, start, lines; cbn [alphas betas values base pieces forms]. rewrite combine_nil.
  repeat split; try reflexivity; [intros ? ? []|].
  generalize (rows2 l); intros rs; induction rs as [|r rs IH]; cbn [map]; constructor; [|exact IH].
  unfold form_valid; cbn [alphas betas values base make_form rise lift level].
  assert (E : forall w, sum w [] = 0%Z) by (intros [|? ?]; reflexivity). rewrite !E. repeat split; lia.
Qed.

Lemma enter_valid l st ps : all1 l = common (map denominator (units1 l)) -> valid l st ->
  valid l (enter (act1 l) (units1 l) (rows2 l) (all1 l) ps st).
Proof.
  intros A (Va & Vb & Vv & _ & Vf). unfold valid, enter; cbn [alphas betas values base pieces forms].
  set (C := choose_base _ _). repeat split; try reflexivity.
  - intros u p I M.
    assert (J : In (denominator u) (moving (units1 l) ps)).
    { unfold moving. apply in_map_iff; exists (u, p); split; [reflexivity|]. apply filter_In; split; assumption. }
    assert (K : (Zpos (denominator u) | Zpos (all1 l))%Z).
    { rewrite A; apply common_divides, in_map. apply in_combine_l in I; exact I. }
    unfold C, choose_base. destruct (moving _ ps) as [|c1 [|c2 [|c3 ds]]]; try exact K; apply common_divides, J.
  - induction Vf as [|r f rs fs F Vf IH]; cbn [combine map]; constructor; [|exact IH].
    destruct F as (Fa & Fb & Fv & _).
    unfold form_valid; cbn [alphas betas values base make_form rise lift level]. rewrite !add_sum_sound.
    assert (E : forall new old x, x = sum (numerators r) old ->
      ((if Pos.eqb C (base st) then x else 0) + sum (numerators r) (if Pos.eqb C (base st) then change new old else new) =
       sum (numerators r) new)%Z).
    { intros new old x ->; destruct (Pos.eqb C (base st)); [apply change_sound|reflexivity]. }
    rewrite (E _ _ _ Fa), (E _ _ _ Fb), Fv. repeat split.
    rewrite <- (change_sound (numerators r) (map snd ps) (values st)); ring.
Qed.

Lemma same_pieces_sound ps : forall qs, same_pieces ps qs = true -> ps = qs.
Proof.
  induction ps as [|[a b] ps IH]; intros [|[c d] qs]; cbn; try discriminate; [reflexivity|].
  unfold same_piece; cbn [fst snd]; intros H; apply andb_prop in H as [H R]; apply andb_prop in H as [E F].
  apply Z.eqb_eq in E, F; subst; f_equal; auto.
Qed.

(** A weighted sum over layer 1, from the sums over its lines. *)
Lemma sum_sound C s D t w : forall us ps, (forall u p, In (u, p) (combine us ps) -> moves p = true ->
    (Zpos (denominator u) | Zpos C)%Z) ->
  dot (over D w) (map (fun up => fst (snd up) * above t (fst up) + snd (snd up) * Zpos (below t (fst up)) #
      s * below t (fst up)) (combine us ps)) ==
  Qnum t * sum w (lines (alpha C) us ps) +
    Zpos (Qden t) * (Zpos C * sum w (map snd (map snd (combine us ps))) + sum w (lines (beta C) us ps)) #
  Qden t * (C * s * D).
Proof.
  induction w as [|a w IH]; intros [|u us] [|p ps] H;
    try (unfold lines; cbn [over combine map dot sum]; unfold Qeq; cbn [Qnum Qden]; lia).
  cbn [combine map over dot]. fold (over D w).
  rewrite IH by (intros v q I; apply H; right; exact I). clear IH.
  unfold lines; cbn [combine map sum fst snd]; fold (lines (alpha C) us ps) (lines (beta C) us ps).
  set (A := sum w (lines (alpha C) us ps)); set (B := sum w (lines (beta C) us ps)).
  set (V := sum w (map snd (map snd (combine us ps)))).
  assert (E : (fst p * above t u + snd p * Zpos (below t u) # s * below t u) ==
              (Qnum t * alpha C u p + Zpos (Qden t) * (Zpos C * snd p + beta C u p) # Qden t * (C * s))).
  { specialize (H u p (or_introl eq_refl)); unfold alpha, beta, above, below; destruct (moves p) eqn:M.
    - destruct (H eq_refl) as [k K]. rewrite K, Z.div_mul by lia.
      unfold Qeq; cbn [Qnum Qden]; rewrite !Pos2Z.inj_mul, K; ring.
    - unfold moves in M; apply negb_false_iff, Z.eqb_eq in M; rewrite M.
      unfold Qeq; cbn [Qnum Qden]; rewrite !Pos2Z.inj_mul; ring. }
  rewrite E. cross.
Qed.

Lemma leading_bounds e x : (0 <= e -> 2 ^ e * leading e x <= x < 2 ^ e * (leading e x + 1))%Z.
Proof.
  intros E; unfold leading; rewrite Z.shiftr_div_pow2 by exact E.
  assert (P : (0 < 2 ^ e)%Z) by (apply Z.pow_pos_nonneg; lia).
  generalize (Z.mod_pos_bound x _ P) (Z.div_mod x (2 ^ e) ltac:(lia)); lia.
Qed.

Lemma quick_sound a low high bound k n d v : quick a low high bound = Some v -> (0 < k)%Z ->
  (k * low <= n <= k * high)%Z -> (Zpos d <= k * bound)%Z -> act a (n # d) == v # 1.
Proof.
  intros H K N D.
  assert (P : forall s v', piece a n d = Some (s, v') -> s = 0%Z -> scale a = 1%positive -> v' = v ->
    act a (n # d) == v # 1).
  { intros s v' E -> S ->. rewrite (piece_sound _ _ _ _ _ E), S. cross. }
  destruct a as [| |p [[| |] m]| | |]; cbn [quick] in H; try discriminate.
  - cbn [piece scale] in P. destruct (Z.leb_spec bound low).
    { injection H as <-. apply (P 0 1)%Z; try reflexivity. destruct (Z.leb_spec (Zpos d) n); [reflexivity|nia]. }
    destruct (Z.leb_spec high (- bound)); [|discriminate]. injection H as <-.
    apply (P 0 (-1))%Z; try reflexivity. destruct (Z.leb_spec (Zpos d) n); [nia|].
    destruct (Z.leb_spec n (Zneg d)); [reflexivity|nia].
  - destruct (Z.leb_spec high 0); [|discriminate]. injection H as <-. cbn [act]. rewrite leb_0.
    destruct (Z.leb_spec 0 n); [|cross]. assert (n = 0%Z) as -> by nia. destruct p; cross.
  - cbn [piece scale] in P. destruct (Z.leb_spec 0 low).
    { injection H as <-. apply (P 0 1)%Z; try reflexivity. destruct (Z.leb_spec 0 n); [reflexivity|nia]. }
    destruct (Z.ltb_spec high 0); [|discriminate]. injection H as <-.
    apply (P 0 0)%Z; try reflexivity. destruct (Z.leb_spec 0 n); [nia|reflexivity].
Qed.

Lemma value_at_sound a t C s r x y z :
  let f := make_form C s r x y z in
  value_at a t f == act a (Qnum t * x + Zpos (Qden t) * (Zpos C * z + y) # Qden t * (C * s * denominator r)).
Proof.
  unfold value_at; cbn [make_form coarse rise onset under].
  set (onset := (Zpos C * z + y)%Z). set (under := (C * s * denominator r)%positive).
  set (e := Z.max 0 _). set (n := Qnum t). set (d := Qden t).
  destruct (quick _ _ _ _) as [v|] eqn:E; [|apply activate_sound].
  assert (e0 : (0 <= e)%Z) by apply Z.le_max_l.
  symmetry; apply (quick_sound _ _ _ _ (2 ^ e) _ _ _ E).
  - apply Z.pow_pos_nonneg; lia.
  - generalize (leading_bounds e x e0) (leading_bounds e onset e0).
    generalize (leading e x) (leading e onset) (2 ^ e)%Z; intros i j k X Y.
    assert (Z.min 0 n * k + n * (k * i) <= n * x <= Z.max 0 n * k + n * (k * i))%Z.
    { destruct (Z.le_ge_cases 0 n); [rewrite Z.min_l, Z.max_r by lia|rewrite Z.min_r, Z.max_l by lia]; nia. }
    nia.
  - generalize (leading_bounds e (Zpos under) e0); rewrite Pos2Z.inj_mul; nia.
Qed.

Lemma all_some_sound {A} (l : list (option A)) xs : all_some l = Some xs -> l = map Some xs.
Proof.
  revert xs; induction l as [|[x|] l IH]; cbn; intros xs; [intros [= <-]; reflexivity| |discriminate].
  destruct (all_some l) as [ys|]; [|discriminate]. intros [= <-]; cbn; f_equal; auto.
Qed.

Lemma step_sound l st t st' h :
  all1 l = common (map denominator (units1 l)) -> valid l st -> step l st t = Some (st', h) ->
  valid l st' /\ Forall2 Qeq h (map (fun r => act (act2 l) (dot (over (denominator r) (numerators r))
    (map (fun u => act (act1 l) (unit_at t u)) (units1 l)) + (shift r # denominator r))) (rows2 l)).
Proof.
  intros A V; unfold step.
  destruct (all_some _) as [ps|] eqn:E; [|discriminate]. set (st1 := if same_pieces _ _ then _ else _). intros [= <- <-].
  assert (V1 : valid l st1 /\ pieces st1 = ps).
  { unfold st1; destruct (same_pieces ps (pieces st)) eqn:S.
    - apply same_pieces_sound in S; split; [exact V|auto].
    - split; [apply enter_valid; assumption|reflexivity]. }
  clearbody st1; destruct V1 as [V1 P]; split; [exact V1|]. clear V st.
  apply all_some_sound in E. destruct V1 as (Va & Vb & Vv & Vd & Vf). rewrite P in *. clear P.
  induction Vf as [|r f rs fs F Vf IH]; cbn [map]; constructor; [|exact IH]. clear IH Vf.
  destruct F as (Fa & Fb & Fv & ->). rewrite value_at_sound. apply act_proper.
  rewrite Fa, Fb, Fv, Va, Vb, Vv.
  assert (M : map snd (combine (units1 l) ps) = ps /\
    Forall2 Qeq (map (fun u => act (act1 l) (unit_at t u)) (units1 l))
      (map (fun up => fst (snd up) * above t (fst up) + snd (snd up) * Zpos (below t (fst up)) #
        scale (act1 l) * below t (fst up)) (combine (units1 l) ps))).
  { clear -E. revert ps E; generalize (units1 l); intros us; induction us as [|u us IH]; intros [|[s v] ps] E;
      try discriminate; [split; [reflexivity|constructor]|].
    injection E as E R. destruct (IH ps R) as [M N]. split; [cbn [combine map snd]; rewrite M; reflexivity|].
    cbn [combine map]; constructor; [|exact N]. cbn [fst snd]. apply piece_sound, E. }
  destruct M as [M N].
  rewrite (dot_eq _ _ _ _ (eq_refl_all _) N), (sum_sound (base st1)) by exact Vd. rewrite M.
  cross.
Qed.

Lemma row_of_exact w b h h' : Forall2 Qeq h h' ->
  dot (over (denominator (row_of w b)) (numerators (row_of w b))) h + (shift (row_of w b) # denominator (row_of w b)) ==
  dot w h' + b.
Proof. intros H; rewrite <- row_value_sound; apply row_of_sound, H. Qed.

Lemma line_of_common net l others : line_of net = Some (l, others) -> all1 l = common (map denominator (units1 l)).
Proof.
  unfold line_of. destruct net as [|[W b a|] [|[W2 b2 a2|] net]]; try discriminate.
  destruct (to_line W b) as [[r us]|]; [|discriminate]. intros [= <- <-]; reflexivity.
Qed.

(** A step of the sweep, and the layers above on what it gives, give the output of the network. *)
Theorem line_sound net l others st st' h x x' :
  line_of net = Some (l, others) -> valid l st -> Forall2 Qeq x x' ->
  step l st (row_value (row1 l) x) = Some (st', h) ->
  valid l st' /\ Forall2 Qeq (run (map stage_of others) h) (eval net x').
Proof.
  intros L V X S. destruct (step_sound _ _ _ _ _ (line_of_common _ _ _ L) V S) as [V' H]; split; [exact V'|]. clear V V' S.
  unfold line_of in L. destruct net as [|[W b a|] [|[W2 b2 a2|] net]]; try discriminate.
  destruct (to_line W b) as [[r us]|] eqn:T; [|discriminate]. injection L as <- <-. cbn [row1 units1 rows2 act1 act2] in H.
  change (eval (Plain W b a :: Plain W2 b2 a2 :: net) x') with
    (eval net (eval_layer (Plain W2 b2 a2) (eval_layer (Plain W b a) x'))).
  apply run_sound. eapply eq_trans_all; [exact H|]. clear H h. cbn [eval_layer].
  assert (F : Forall2 Qeq (map (fun u => act a (unit_at (row_value r x) u)) us) (map (act a) (affine W b x'))).
  { rewrite <- map_map. apply map_sound with (2 := to_line_sound _ _ _ _ _ _ T X). intros y z E; rewrite E; reflexivity. }
  unfold affine at 1. rewrite !map_map. apply map_eq_all; intros [w s] _. cbn [fst snd].
  apply act_proper, row_of_exact, F.
Qed.
