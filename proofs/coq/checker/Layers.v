(** The evaluator for any network, layer by layer in integer rows, and its soundness. *)
From Coq Require Import ZArith QArith Qabs Qminmax List Bool Lia Lqa Setoid.
From Checker Require Import Semantics Arithmetic.
Import ListNotations.
Open Scope Q_scope.

(** * Activations, on the piece that holds their argument *)

(** The activation at above/below is (slope * above/below + value)/scale; [None] for the square, which has no pieces. *)
Definition scale (a : activation) : positive :=
  match a with ReluLike p m => (Qden p * Qden m)%positive | _ => 1%positive end.

Definition piece (a : activation) (above : Z) (below : positive) : option (Z * Z) :=
  match a with
  | Identity => Some (1, 0)
  | HardTanh => Some (if (Zpos below <=? above)%Z then (0, 1) else if (above <=? Zneg below)%Z then (0, -1) else (1, 0))
  | ReluLike p m => Some (if (0 <=? above)%Z then (Qnum p * Zpos (Qden m), 0) else (Qnum m * Zpos (Qden p), 0))
  | Threshold => Some (if (0 <=? above)%Z then (0, 1) else (0, 0))
  | Abs => Some (if (0 <=? above)%Z then (1, 0) else (-1, 0))
  | Square => None
  end%Z.

Definition activate (a : activation) (q : Q) : Q :=
  match piece a (Qnum q) (Qden q) with
  | None => Qnum q * Qnum q # Qden q * Qden q
  | Some (slope, value) =>
      if Z.eqb slope 0 then value # scale a else
      let n := (slope * Qnum q + value * Zpos (Qden q))%Z in if Z.eqb n 0 then 0 else n # scale a * Qden q
  end.

Lemma leb_0 n d : Qle_bool 0 (n # d) = (0 <=? n)%Z.
Proof. unfold Qle_bool; cbn [Qnum Qden]. rewrite Z.mul_1_r; reflexivity. Qed.

Lemma piece_sound a n d slope value :
  piece a n d = Some (slope, value) -> act a (n # d) == slope * n + value * Zpos d # scale a * d.
Proof.
  destruct a as [| |p m| | |]; unfold piece, act, scale; rewrite ?leb_0.
  - intros [= <- <-]. cross.
  - intros E. destruct (Z.leb_spec (Zpos d) n).
    { injection E as <- <-. rewrite Q.min_l, Q.max_r; unfold Qle, Qeq; cbn [Qnum Qden Qopp]; lia. }
    rewrite Q.min_r by (unfold Qle; cbn [Qnum Qden]; lia).
    destruct (Z.leb_spec n (Zneg d)); injection E as <- <-.
    + rewrite Q.max_l; unfold Qle, Qeq; cbn [Qnum Qden Qopp]; lia.
    + rewrite Q.max_r; unfold Qle, Qeq; cbn [Qnum Qden Qopp]; lia.
  - destruct p as [p e], m as [m f], (0 <=? n)%Z; intros [= <- <-]; cross.
  - destruct (0 <=? n)%Z; intros [= <- <-]; cross.
  - discriminate.
  - destruct (Z.leb_spec 0 n); intros [= <- <-]; unfold Qabs, Qeq; cbn [Qnum Qden]; rewrite ?Pos2Z.inj_mul; lia.
Qed.

Lemma activate_sound a q : activate a q == act a q.
Proof.
  unfold activate; destruct q as [n d]; cbn [Qnum Qden].
  destruct (piece a n d) as [[s v]|] eqn:P; [|destruct a; try discriminate; reflexivity].
  rewrite (piece_sound _ _ _ _ _ P).
  destruct (Z.eqb_spec s 0) as [->|_]; [cross|].
  destruct (Z.eqb_spec (s * n + v * Zpos d) 0) as [->|_]; reflexivity.
Qed.

#[global] Instance act_proper a : Proper (Qeq ==> Qeq) (act a).
Proof.
  intros x y E; destruct a; cbn [act]; rewrite ?E; try reflexivity.
  - destruct (Qle_bool 0 y); rewrite E; reflexivity.
Qed.

(** * Affine maps; one of rank one is a map to one number and a map from there *)
Definition maps (m : matrix) (b : vector) : list (list row) :=
  match m with
  | RankOne column r => [[row_of r 0]; map (fun cs => row_of [fst cs] (snd cs)) (combine column b)]
  | _ => [map (fun rs => row_of (fst rs) (snd rs)) (combine (rows m) b)]
  end.

Definition through (ms : list (list row)) (h : vector) : vector :=
  fold_left (fun h rs => map (fun r => row_value r h) rs) ms h.

Lemma dot_scaled c w h : dot (map (Qmult c) w) h == c * dot w h.
Proof. revert h; induction w as [|a w IH]; intros [|x h]; cbn [map dot]; try ring. rewrite IH; ring. Qed.

Lemma maps_sound m b h h' : Forall2 Qeq h h' -> Forall2 Qeq (through (maps m b) h) (affine m b h').
Proof.
  intros H; unfold affine.
  assert (D : forall rs, Forall2 Qeq (through [map (fun rs => row_of (fst rs) (snd rs)) (combine rs b)] h)
                                 (map (fun rs => dot (fst rs) h' + snd rs) (combine rs b))).
  { intros rs; cbn [through fold_left]; rewrite map_map. apply map_eq_all; intros x _. apply row_of_sound, H. }
  destruct m as [rs|c rs|column r]; [apply D|apply D|]. cbn [maps through fold_left rows map].
  rewrite map_map. clear D; revert b; induction column as [|c column IH]; intros [|s b]; cbn [combine map]; constructor; auto.
  cbn [fst snd]. rewrite (row_of_sound _ _ _ [row_value (row_of r 0) h]) by apply eq_refl_all. cbn [dot].
  rewrite (row_of_sound _ _ _ _ H), dot_scaled. ring.
Qed.

(** * Layers *)
Inductive stage :=
  | Single (ms : list (list row)) (a : activation)
  | Double (us : list (list row)) (a : activation) (vs : list (list row)) (skip : bool).

Definition stage_of (l : layer) : stage :=
  match l with
  | Plain W b a => Single (maps W b) a
  | Residual U b a V c skip => Double (maps U b) a (maps V c) skip
  end.

Definition run_stage (s : stage) (h : vector) : vector :=
  match s with
  | Single ms a => map (activate a) (through ms h)
  | Double us a vs skip =>
      let r := through vs (map (fun z => lowest (activate a z)) (through us h)) in
      if skip then map (fun pair => plus (fst pair) (snd pair)) (combine h r) else r
  end.

(** Values are brought to lowest terms between layers. *)
Fixpoint run (stages : list stage) (h : vector) : vector :=
  match stages with
  | [] => h
  | [s] => run_stage s h
  | s :: others => run others (map lowest (run_stage s h))
  end.

Lemma map_sound f g h h' : (forall x y, x == y -> f x == g y) -> Forall2 Qeq h h' -> Forall2 Qeq (map f h) (map g h').
Proof. intros F; induction 1; constructor; auto. Qed.

Lemma lowest_all h h' : Forall2 Qeq h h' -> Forall2 Qeq (map lowest h) h'.
Proof. intros H; rewrite <- (map_id h'); apply map_sound with (2 := H); intros x y E; rewrite lowest_sound; exact E. Qed.

Lemma stage_sound l h h' : Forall2 Qeq h h' -> Forall2 Qeq (run_stage (stage_of l) h) (eval_layer l h').
Proof.
  intros H; destruct l as [W b a|U b a V c skip]; cbn [stage_of run_stage eval_layer].
  - apply map_sound with (2 := maps_sound _ _ _ _ H). intros x y E; rewrite activate_sound, E; reflexivity.
  - set (r := through _ _); set (r' := affine V c _).
    assert (R : Forall2 Qeq r r').
    { apply maps_sound, map_sound with (2 := maps_sound _ _ _ _ H).
      intros x y E; rewrite lowest_sound, activate_sound, E; reflexivity. }
    destruct skip; [|exact R]. clearbody r r'; revert r r' R.
    induction H as [|x y h h' E H IH]; intros r r' R; [constructor|].
    destruct R as [|z t r r' F R]; cbn [combine map]; constructor; [|auto].
    cbn [fst snd]; rewrite plus_sound, E, F; reflexivity.
Qed.

Lemma run_sound net : forall h h', Forall2 Qeq h h' -> Forall2 Qeq (run (map stage_of net) h) (eval net h').
Proof.
  unfold eval; induction net as [|l net IH]; intros h h' H; [exact H|]. cbn [map fold_left].
  generalize (stage_sound l h h' H); intros S. destruct net as [|l' net]; [exact S|].
  apply (IH (map lowest (run_stage (stage_of l) h))), lowest_all, S.
Qed.
