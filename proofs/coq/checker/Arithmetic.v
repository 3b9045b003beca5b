(** Sums of rationals that stay short: integers apart, equal denominators first, a common denominator last. *)
From Coq Require Import ZArith QArith Qreduction List Bool Lia Lqa Setoid.
From Checker Require Import Semantics.
Import ListNotations.
Open Scope Q_scope.

(** Equality of fractions, by their cross products. *)
Ltac cross := unfold Qeq, Qplus, Qmult, Qopp, inject_Z; cbn [Qnum Qden]; rewrite ?Pos2Z.inj_mul; try ring.

(** * Lowest terms *)
Definition lowest (q : Q) : Q :=
  if Pos.eqb (Qden q) 1 then q else
  if Z.eqb (Qnum q) 0 then 0 else
  let g := Z.gcd (Qnum q) (Zpos (Qden q)) in
  if Z.eqb g 1 then q else (Qnum q / g)%Z # Z.to_pos (Zpos (Qden q) / g).

Lemma lowest_sound q : lowest q == q.
Proof.
  destruct q as [n d]; unfold lowest; cbn [Qnum Qden].
  destruct (Pos.eqb_spec d 1) as [_|_]; [reflexivity|].
  destruct (Z.eqb_spec n 0) as [->|_]; [reflexivity|].
  destruct (Z.eqb_spec (Z.gcd n (Zpos d)) 1) as [_|_]; [reflexivity|].
  set (g := Z.gcd n (Zpos d)).
  assert (G : (0 < g)%Z).
  { generalize (Z.gcd_nonneg n (Zpos d)); intros; enough (g <> 0)%Z by (unfold g in *; lia).
    intros E; apply Z.gcd_eq_0_r in E; discriminate. }
  destruct (Z.gcd_divide_l n (Zpos d)) as [a A], (Z.gcd_divide_r n (Zpos d)) as [b B]; fold g in A, B.
  assert (0 < b)%Z by nia.
  unfold Qeq; cbn [Qnum Qden]. rewrite B, A, !Z.div_mul, Z2Pos.id by lia. ring.
Qed.

(** * Common denominators *)
Definition lcm (d e : positive) : positive :=
  if Pos.eqb d e then d else if Pos.eqb e 1 then d else if Pos.eqb d 1 then e else Z.to_pos (Z.lcm (Zpos d) (Zpos e)).

Definition common (ds : list positive) : positive := fold_left lcm ds 1%positive.

Lemma lcm_divides d e : (Zpos d | Zpos (lcm d e))%Z /\ (Zpos e | Zpos (lcm d e))%Z.
Proof.
  unfold lcm.
  destruct (Pos.eqb_spec d e) as [<-|_]; [split; apply Z.divide_refl|].
  destruct (Pos.eqb_spec e 1) as [->|_]; [split; [apply Z.divide_refl|apply Z.divide_1_l]|].
  destruct (Pos.eqb_spec d 1) as [->|_]; [split; [apply Z.divide_1_l|apply Z.divide_refl]|].
  generalize (Z.lcm_nonneg (Zpos d) (Zpos e)); intros N.
  destruct (Z.eq_dec (Z.lcm (Zpos d) (Zpos e)) 0) as [E|E].
  - apply Z.lcm_eq_0 in E; lia.
  - rewrite Z2Pos.id by lia. split; [apply Z.divide_lcm_l|apply Z.divide_lcm_r].
Qed.

Lemma common_divides ds d : In d ds -> (Zpos d | Zpos (common ds))%Z.
Proof.
  unfold common. enough (H : forall c, (Zpos c | Zpos (fold_left lcm ds c))%Z /\
                             (In d ds -> (Zpos d | Zpos (fold_left lcm ds c))%Z)) by apply H.
  induction ds as [|e ds IH]; cbn [fold_left In]; intros c; [split; [apply Z.divide_refl|tauto]|].
  destruct (IH (lcm c e)) as [A B], (lcm_divides c e) as [C D].
  split; [eapply Z.divide_trans; eassumption|].
  intros [->|I]; [eapply Z.divide_trans; eassumption|auto].
Qed.

(** The numerator of [q] over the multiple [d] of its denominator. *)
Definition numerator (d : positive) (q : Q) : Z :=
  if Pos.eqb (Qden q) d then Qnum q else (Qnum q * (Zpos d / Zpos (Qden q)))%Z.

Lemma numerator_sound d q : (Zpos (Qden q) | Zpos d)%Z -> numerator d q # d == q.
Proof.
  destruct q as [n e]; unfold numerator; cbn [Qnum Qden]; intros [k E].
  destruct (Pos.eqb_spec e d) as [->|_]; [reflexivity|].
  unfold Qeq; cbn [Qnum Qden]. rewrite E, Z.div_mul by lia. ring.
Qed.

Definition plus (x y : Q) : Q :=
  if Pos.eqb (Qden x) (Qden y) then (Qnum x + Qnum y)%Z # Qden x else
  let d := lcm (Qden x) (Qden y) in (numerator d x + numerator d y)%Z # d.

Lemma plus_same n m d : (n + m)%Z # d == (n # d) + (m # d).
Proof. cross. Qed.

Lemma plus_sound x y : plus x y == x + y.
Proof.
  unfold plus; destruct (Pos.eqb_spec (Qden x) (Qden y)) as [E|_].
  - destruct x as [n d], y as [m e]; cbn [Qnum Qden] in *; subst e; apply plus_same.
  - destruct (lcm_divides (Qden x) (Qden y)) as [A B].
    rewrite plus_same, !numerator_sound by assumption. reflexivity.
Qed.

(** * Division with a small quotient: long division that begins at the divisor's own length *)
Fixpoint divide (fuel : nat) (n d : Z) : Z * Z :=
  match fuel with
  | O => (0, n)%Z
  | S fuel' =>
      if (n <? d)%Z then (0, n)%Z else
      let (q, r) := divide fuel' n (2 * d) in
      if (r <? d)%Z then (2 * q, r)%Z else (2 * q + 1, r - d)%Z
  end.

Lemma divide_sound fuel : forall n d, let (q, r) := divide fuel n d in (n = q * d + r)%Z.
Proof.
  induction fuel as [|fuel IH]; intros n d; cbn [divide]; [lia|].
  destruct (n <? d)%Z; [lia|]. generalize (IH n (2 * d)%Z); destruct (divide fuel n _) as [q r]; intros ->.
  destruct (r <? d)%Z; lia.
Qed.

(** An integer quotient, if the denominator divides the numerator and the quotient is small. *)
Definition whole (n : Z) (d : positive) : option Z :=
  let (q, r) := divide 64 (Z.abs n) (Zpos d) in
  if Z.eqb r 0 then Some (if (n <? 0)%Z then - q else q)%Z else None.

Lemma whole_sound n d q : whole n d = Some q -> n = (q * Zpos d)%Z.
Proof.
  unfold whole; generalize (divide_sound 64 (Z.abs n) (Zpos d)); destruct (divide 64 _ _) as [k r].
  intros A; destruct (Z.eqb_spec r 0) as [->|]; [|discriminate]; intros [= <-].
  destruct (Z.ltb_spec n 0); lia.
Qed.

(** * Integer rows: sum of numerators times values, plus a shift, over one denominator *)
Record row := { numerators : list Z; shift : Z; denominator : positive }.

Definition row_of (weights : vector) (bias : Q) : row :=
  let d := common (Qden bias :: map Qden weights) in
  {| numerators := map (numerator d) weights; shift := numerator d bias; denominator := d |}.

(** The sum whole + pending with one more term [y]. What is pending is tried for an integer before it is added to
    another denominator: sums of paired ReLU units telescope to one. *)
Definition more (sum : Z) (pending y : Q) : Z * Q :=
  if Pos.eqb (Qden pending) (Qden y) then (sum, (Qnum pending + Qnum y)%Z # Qden pending) else
  if Z.eqb (Qnum pending) 0 then (sum, y) else
  match whole (Qnum pending) (Qden pending) with
  | Some k => ((sum + k)%Z, y)
  | None => (sum, plus pending y)
  end.

Fixpoint add_terms (sum : Z) (pending : Q) (w : list Z) (h : vector) : Z * Q :=
  match w, h with
  | a :: w', x :: h' =>
      if Z.eqb a 0 then add_terms sum pending w' h' else
      if Pos.eqb (Qden x) 1 then add_terms (sum + Qnum x * a) pending w' h' else
      let (sum, pending) := more sum pending (Qnum x * a # Qden x) in add_terms sum pending w' h'
  | _, _ => (sum, pending)
  end.

Definition row_value (r : row) (h : vector) : Q :=
  let (sum, pending) := add_terms (shift r) 0 (numerators r) h in
  let total := if Z.eqb (Qnum pending) 0 then sum # 1 else plus (sum # 1) pending in
  Qnum total # denominator r * Qden total.

Lemma more_sound s f y : let (s', f') := more s f y in (s' # 1) + f' == (s # 1) + (f + y).
Proof.
  unfold more; destruct f as [n d], y as [m e]; cbn [Qnum Qden].
  destruct (Pos.eqb_spec d e) as [<-|_]; [cross|].
  destruct (Z.eqb_spec n 0) as [->|_]; [cross|].
  destruct (whole n d) as [k|] eqn:E; [|rewrite plus_sound; reflexivity].
  rewrite (whole_sound n d k E); cross.
Qed.

Lemma add_terms_sound d w : forall h s f, let (s', f') := add_terms s f w h in
  ((s' # 1) + f') * (1 # d) == ((s # 1) + f) * (1 # d) + dot (over d w) h.
Proof.
  induction w as [|a w IH]; intros [|x h] s f; cbn [add_terms over map dot]; try (cross; fail).
  fold (over d w). destruct (Z.eqb_spec a 0) as [->|_].
  { generalize (IH h s f); destruct (add_terms s f w h); intros ->. cross. }
  destruct (Pos.eqb_spec (Qden x) 1) as [E|_].
  { generalize (IH h (s + Qnum x * a)%Z f); destruct (add_terms _ f w h); intros ->.
    destruct x as [n e]; cbn [Qnum Qden] in *; subst e. generalize (dot (over d w) h); intros [? ?]; destruct f; cross. }
  generalize (more_sound s f (Qnum x * a # Qden x)); destruct (more _ _ _) as [s' f']; intros M.
  generalize (IH h s' f'); destruct (add_terms s' f' w h); intros ->. rewrite M.
  setoid_replace ((a # d) * x) with ((Qnum x * a # Qden x) * (1 # d)) by (destruct x; cross). ring.
Qed.

Lemma row_value_sound r h :
  row_value r h == dot (over (denominator r) (numerators r)) h + (shift r # denominator r).
Proof.
  unfold row_value; generalize (add_terms_sound (denominator r) (numerators r) h (shift r) 0).
  destruct (add_terms _ _ _ _) as [s f]; intros A.
  match goal with |- context [Qnum ?t] => set (total := t) end.
  assert (T : total == (s # 1) + f).
  { unfold total; destruct f as [n d]; cbn [Qnum]. destruct (Z.eqb_spec n 0) as [->|_]; [cross|apply plus_sound]. }
  transitivity (total * (1 # denominator r)); [destruct total; cross|].
  rewrite T, A. cross.
Qed.

(** * Componentwise equality *)
Lemma eq_refl_all h : Forall2 Qeq h h.
Proof. induction h; constructor; [reflexivity|assumption]. Qed.

Lemma eq_trans_all h h' h'' : Forall2 Qeq h h' -> Forall2 Qeq h' h'' -> Forall2 Qeq h h''.
Proof.
  intros H; revert h''; induction H as [|x y h h' E H IH]; intros h'' G; inversion G; subst; constructor; auto.
  rewrite E; assumption.
Qed.

Lemma eq_sym_all h h' : Forall2 Qeq h h' -> Forall2 Qeq h' h.
Proof. induction 1; constructor; [symmetry|]; assumption. Qed.

Lemma map_eq_all {A} (f g : A -> Q) l : (forall x, In x l -> f x == g x) -> Forall2 Qeq (map f l) (map g l).
Proof. intros H; induction l; constructor; [apply H; now left|apply IHl; intros; apply H; now right]. Qed.

Lemma dot_eq w w' h h' : Forall2 Qeq w w' -> Forall2 Qeq h h' -> dot w h == dot w' h'.
Proof.
  intros W; revert h h'; induction W as [|a b w w' E W IH]; intros h h' H; [destruct h, h'; reflexivity|].
  destruct H as [|x y h h' F H]; cbn; [reflexivity|]. rewrite E, F, (IH h h') by assumption; reflexivity.
Qed.

Lemma row_of_sound w b h h' : Forall2 Qeq h h' -> row_value (row_of w b) h == dot w h' + b.
Proof.
  intros H; rewrite row_value_sound; unfold row_of; cbn [numerators shift denominator]. set (d := common _).
  rewrite numerator_sound by (apply common_divides; now left). apply Qplus_inj_r, dot_eq; [|assumption].
  unfold over; rewrite map_map. rewrite <- (map_id w) at 2. apply map_eq_all; intros x I.
  apply numerator_sound, common_divides; right; apply in_map; assumption.
Qed.
