(** The decision of a certificate: the samples that a network fails, and the theorems that say so. *)
From Coq Require Import ZArith QArith List Bool Arith Lia Lqa Permutation Mergesort Orders.
From Checker Require Import Semantics Arithmetic Layers Line.
Import ListNotations.
Open Scope Q_scope.

(** * Is a sample decided as its label says? *)
Definition equal (x y : Q) : bool := Z.eqb (Qnum x * Zpos (Qden y)) (Qnum y * Zpos (Qden x)).
Definition less (x y : Q) : bool := Z.ltb (Qnum x * Zpos (Qden y)) (Qnum y * Zpos (Qden x)).

Fixpoint all_equal (xs ys : vector) : bool :=
  match xs, ys with
  | [], [] => true
  | x :: xs', y :: ys' => equal x y && all_equal xs' ys'
  | _, _ => false
  end.

(** The output at the first coordinate whose label is 1. *)
Fixpoint at_one (output label : vector) : Q :=
  match output, label with
  | f :: output', y :: label' => if equal y 1 then f else at_one output' label'
  | _, _ => 0
  end.

(** Is every label 0, and the output there less than [top], but for one label 1 unless that was [seen] before? *)
Fixpoint others_less (top : Q) (seen : bool) (output label : vector) : bool :=
  match output, label with
  | [], [] => seen
  | f :: output', y :: label' =>
      if equal y 1 then negb seen && others_less top true output' label'
      else equal y 0 && less f top && others_less top seen output' label'
  | _, _ => false
  end.

Definition decide (d : decision) (output label : vector) : bool :=
  match d with
  | Equal => all_equal output label
  | Argmax => others_less (at_one output label) false output label
  | Sign =>
      match output, label with
      | [f], [y] => (equal y 1 || equal y (-(1))) && Z.ltb 0 (Qnum y * Qnum f)
      | _, _ => false
      end
  end.

Lemma equal_iff x y : equal x y = true <-> x == y.
Proof. unfold equal, Qeq; apply Z.eqb_eq. Qed.
Lemma less_iff x y : less x y = true <-> x < y.
Proof. unfold less, Qlt; apply Z.ltb_lt. Qed.

Lemma all_equal_iff xs : forall ys, all_equal xs ys = true <-> Forall2 Qeq xs ys.
Proof.
  induction xs as [|x xs IH]; intros [|y ys]; cbn; (split; [intros H|intros H; inversion H; subst]);
    try discriminate; auto.
  - apply andb_prop in H as [E H]; constructor; [apply equal_iff, E|apply IH, H].
  - apply andb_true_intro; split; [apply equal_iff|apply IH]; assumption.
Qed.

Lemma seen_iff t output : forall label, others_less t true output label = true <->
  length output = length label /\ forall j, (j < length label)%nat -> nth j label 0 == 0 /\ nth j output 0 < t.
Proof.
  induction output as [|f output IH]; intros [|y label]; cbn [others_less length].
  - split; [intros _; split; [reflexivity|lia]|reflexivity].
  - split; [discriminate|intros [H _]; discriminate].
  - split; [discriminate|intros [H _]; discriminate].
  - destruct (equal y 1) eqn:E.
    + apply equal_iff in E. split; [discriminate|]. intros [_ H]. destruct (H 0%nat ltac:(lia)) as [F _]. cbn in F.
      rewrite E in F; discriminate.
    + rewrite !andb_true_iff, equal_iff, less_iff, IH. split.
      * intros [[A B] [C D]]; split; [lia|]. intros [|j] L; [split; assumption|apply D; lia].
      * intros [C D]; split; [exact (D 0%nat ltac:(lia))|]. split; [lia|]. intros j L; apply (D (S j)); lia.
Qed.

Definition top_at (t : Q) (k : nat) (output label : vector) : Prop :=
  forall j, (j < length label)%nat ->
    nth j label 0 == (if (j =? k)%nat then 1 else 0) /\ (j <> k -> nth j output 0 < t).

Lemma unseen_iff t output : forall label, others_less t false output label = true <->
  length output = length label /\ exists k, (k < length label)%nat /\ top_at t k output label.
Proof.
  induction output as [|f output IH]; intros [|y label]; cbn [others_less length].
  - split; [discriminate|intros [_ [k [L _]]]; lia].
  - split; [discriminate|intros [H _]; discriminate].
  - split; [discriminate|intros [H _]; discriminate].
  - destruct (equal y 1) eqn:E; cbn [negb andb].
    + apply equal_iff in E. rewrite seen_iff. split.
      * intros [L H]; split; [lia|]. exists 0%nat; split; [lia|].
        intros [|j] J; cbn [nth Nat.eqb]; [split; [exact E|congruence]|].
        cbn [length] in J. destruct (H j ltac:(lia)); split; [assumption|intros _; assumption].
      * intros [L [[|k] [K H]]].
        -- split; [lia|]. intros j J. destruct (H (S j)) as [A B]; [cbn [length]; lia|].
           cbn [nth Nat.eqb] in A, B. split; [exact A|apply B; congruence].
        -- destruct (H 0%nat) as [A _]; [cbn [length]; lia|]. cbn in A. rewrite E in A; discriminate.
    + rewrite !andb_true_iff, equal_iff, less_iff, IH. split.
      * intros [[A B] [L [k [K H]]]]; split; [lia|]. exists (S k); split; [lia|].
        intros [|j] J; cbn [nth Nat.eqb]; [split; [exact A|intros _; exact B]|]. cbn [length] in J.
        destruct (H j ltac:(lia)) as [C D]; split; [exact C|intros N; apply D; congruence].
      * intros [L [[|k] [K H]]].
        -- destruct (H 0%nat) as [A _]; [cbn [length]; lia|]. cbn in A. apply equal_iff in A; congruence.
        -- destruct (H 0%nat) as [A B]; [cbn [length]; lia|]. cbn in A, B.
           split; [split; [exact A|apply B; congruence]|].
           split; [lia|]. exists k; split; [lia|]. intros j J. destruct (H (S j)) as [C D]; [cbn [length]; lia|].
           cbn [nth Nat.eqb] in C, D. split; [exact C|intros N; apply D; congruence].
Qed.

Lemma at_one_top t k output : forall label, length output = length label -> (k < length label)%nat ->
  top_at t k output label -> at_one output label = nth k output 0.
Proof.
  revert k; induction output as [|f output IH]; intros k [|y label] L K H; cbn [length] in *; try lia. cbn [at_one].
  destruct (H 0%nat) as [A _]; [cbn [length]; lia|]. cbn [nth] in A.
  destruct k as [|k]; cbn [Nat.eqb] in A.
  - apply equal_iff in A; rewrite A; reflexivity.
  - destruct (equal y 1) eqn:E; [apply equal_iff in E; rewrite E in A; discriminate|].
    cbn [nth]; apply IH; [lia|lia|]. intros j J. destruct (H (S j)) as [C D]; [cbn [length]; lia|].
    cbn [nth Nat.eqb] in C, D; split; [exact C|intros N; apply D; congruence].
Qed.

Lemma decide_iff d output label : decide d output label = true <-> decided d output label.
Proof.
  destruct d; cbn [decide decided].
  - apply all_equal_iff.
  - rewrite unseen_iff. split; intros [L [k [K H]]]; (split; [exact L|]); exists k; (split; [exact K|]).
    + rewrite (at_one_top _ k output label L K H) in H. exact H.
    + assert (T : top_at (nth k output 0) k output label) by exact H.
      rewrite (at_one_top _ k output label L K T). exact T.
  - destruct output as [|f [|? ?]], label as [|y [|? ?]];
      try (split; [discriminate|intros (g & z & E & F & _); discriminate]).
    rewrite andb_true_iff, orb_true_iff, !equal_iff, Z.ltb_lt.
    assert (P : (0 < Qnum y * Qnum f)%Z <-> 0 < y * f).
    { destruct y as [a b], f as [c e]; unfold Qlt, Qmult; cbn; lia. }
    rewrite P. split.
    + intros [A B]; exists f, y; auto.
    + intros (g & z & [= <-] & [= <-] & A & B); auto.
Qed.

Lemma nth_eq j : forall xs ys, Forall2 Qeq xs ys -> nth j xs 0 == nth j ys 0.
Proof. induction j as [|j IH]; intros xs ys [|x y xs' ys' E H]; cbn; try reflexivity; auto. Qed.

Lemma length_eq (xs ys : vector) : Forall2 Qeq xs ys -> length xs = length ys.
Proof. induction 1; cbn; congruence. Qed.

Lemma decided_eq d output output' label : Forall2 Qeq output output' ->
  decided d output label -> decided d output' label.
Proof.
  intros H; destruct d; cbn [decided].
  - intros G; eapply eq_trans_all; [apply eq_sym_all, H|exact G].
  - intros [L [k [K G]]]; split; [rewrite <- (length_eq _ _ H); exact L|]. exists k; split; [exact K|].
    intros j J; destruct (G j J) as [A B]; split; [exact A|]. intros N; rewrite <- !(nth_eq _ _ _ H); auto.
  - intros (f & y & -> & -> & A & B). inversion H as [|? g ? ? E R]; subst. inversion R; subst.
    exists g, y; repeat split; try assumption. setoid_rewrite <- E; exact B.
Qed.

Lemma decide_sound d output output' label : Forall2 Qeq output output' ->
  decide d output label = true <-> decided d output' label.
Proof.
  intros H; rewrite decide_iff; split; apply decided_eq; [exact H|apply eq_sym_all, H].
Qed.

(** * The samples that are not decided so *)
Definition sample := (nat * (vector * vector))%type.
Definition samples (data : dataset) : list sample :=
  combine (seq 0 (length (inputs data))) (combine (inputs data) (labels data)).

(** The network does not decide the sample as its label says. *)
Definition wrong (d : decision) (net : network) (s : sample) : Prop :=
  ~ decided d (eval net (fst (snd s))) (snd (snd s)).

Definition direct (d : decision) (net : network) (l : list sample) : list nat :=
  let stages := map stage_of net in
  map fst (filter (fun s : sample => negb (decide d (run stages (fst (snd s))) (snd (snd s)))) l).

Module ByPlace <: TotalLeBool.
  Definition t := (Q * sample)%type.
  Definition leb (a b : t) : bool := Z.leb (Qnum (fst a) * Zpos (Qden (fst b))) (Qnum (fst b) * Zpos (Qden (fst a))).
  Lemma leb_total a b : leb a b = true \/ leb b a = true.
  Proof. unfold leb; rewrite !Z.leb_le; lia. Qed.
End ByPlace.
Module Import Sorted := Sort ByPlace.

Fixpoint walk (d : decision) (l : line) (stages : list stage) (st : stretch) (places : list (Q * sample)) :
  option (list nat) :=
  match places with
  | [] => Some []
  | (t, (i, (_, y))) :: others =>
      match step l st t with
      | None => None
      | Some (st', h) =>
          let good := decide d (run stages h) y in
          match walk d l stages st' others with
          | None => None
          | Some found => Some (if good then found else i :: found)
          end
      end
  end.

Definition sweep (d : decision) (net : network) (l : list sample) : option (list nat) :=
  match line_of net with
  | None => None
  | Some (ln, others) =>
      walk d ln (map stage_of others) (start (act1 ln) (rows2 ln))
        (sort (map (fun s : sample => (row_value (row1 ln) (fst (snd s)), s)) l))
  end.

Definition failures (d : decision) (net : network) (data : dataset) : list nat :=
  let l := samples data in
  match sweep d net l with Some found => found | None => direct d net l end.

Lemma direct_sound d net l i : In i (direct d net l) <-> exists s, In (i, s) l /\ wrong d net (i, s).
Proof.
  unfold direct, wrong; rewrite in_map_iff. split.
  - intros ([k s] & <- & F). apply filter_In in F as [I N]. exists s; split; [exact I|]. cbn [fst snd] in *.
    rewrite <- (decide_sound _ _ _ _ (run_sound net _ _ (eq_refl_all _))). apply negb_true_iff in N. congruence.
  - intros (s & I & N). exists (i, s); split; [reflexivity|]. apply filter_In; split; [exact I|]. cbn [fst snd] in *.
    rewrite <- (decide_sound _ _ _ _ (run_sound net _ _ (eq_refl_all _))) in N. apply negb_true_iff.
    destruct (decide _ _ _); congruence.
Qed.

Lemma walk_sound d net l others : line_of net = Some (l, others) -> forall places st found i,
  valid l st -> (forall t s, In (t, s) places -> t = row_value (row1 l) (fst (snd s))) ->
  walk d l (map stage_of others) st places = Some found ->
  In i found <-> exists t s, In (t, (i, s)) places /\ wrong d net (i, s).
Proof.
  intros L; induction places as [|[t [k [x y]]] places IH]; intros st found i V P; cbn [walk].
  - intros [= <-]; split; [intros []|intros (? & ? & [] & _)].
  - destruct (step l st t) as [[st' h]|] eqn:S; [|discriminate].
    destruct (walk d l _ st' places) as [rest|] eqn:W; [|discriminate]. intros [= <-].
    generalize (P t (k, (x, y)) (or_introl eq_refl)); cbn [fst snd]; intros ->.
    destruct (line_sound _ _ _ _ _ _ _ _ L V (eq_refl_all x) S) as [V' H].
    generalize (decide_sound d _ _ y H). generalize (decide d (run (map stage_of others) h) y); intros good G.
    assert (A : In i rest <-> exists t s, In (t, (i, s)) places /\ wrong d net (i, s)).
    { apply (IH st'); [exact V'| |exact W]. intros; apply P; now right. }
    split.
    + destruct good; [rewrite A; intros (t & s & I & N); exists t, s; split; [now right|exact N]|].
      intros [->|I].
      * eexists _, (x, y); split; [now left|]. unfold wrong; cbn [fst snd]; rewrite <- G; discriminate.
      * apply A in I as (t & s & I & N). exists t, s; split; [now right|exact N].
    + intros (t & s & [E|I] & N).
      * injection E as <- <- <-. unfold wrong in N; cbn [fst snd] in N; rewrite <- G in N.
        destruct good; [congruence|now left].
      * assert (J : In i rest) by (apply A; exists t, s; split; assumption). destruct good; [exact J|now right].
Qed.

Lemma failures_samples d net data i :
  In i (failures d net data) <-> exists s, In (i, s) (samples data) /\ wrong d net (i, s).
Proof.
  unfold failures, sweep. destruct (line_of net) as [[l others]|] eqn:L; [|apply direct_sound].
  destruct (walk _ _ _ _ _) as [found|] eqn:W; [|apply direct_sound].
  set (places := map _ (samples data)) in W.
  rewrite (walk_sound d net l others L _ _ _ i (start_valid l)) with (2 := W).
  - split.
    + intros (t & s & I & N). apply (Permutation_in _ (Permutation_sym (Permuted_sort places))) in I.
      apply in_map_iff in I as ([k u] & [= _ <- <-] & J). exists u; auto.
    + intros (s & I & N). eexists _, s; split; [|exact N]. apply (Permutation_in _ (Permuted_sort places)).
      apply in_map_iff. exists (i, s); split; [reflexivity|exact I].
  - intros t s I. apply (Permutation_in _ (Permutation_sym (Permuted_sort places))) in I.
    apply in_map_iff in I as (u & [= <- <-] & _). reflexivity.
Qed.

Lemma samples_iff data i x y : length (inputs data) = length (labels data) ->
  In (i, (x, y)) (samples data) <->
  (i < length (inputs data))%nat /\ x = nth i (inputs data) [] /\ y = nth i (labels data) [].
Proof.
  intros L; unfold samples, sample. set (n := length (inputs data)) in *.
  assert (C : length (combine (inputs data) (labels data)) = n) by (rewrite combine_length, <- L; apply Nat.min_id).
  assert (E : forall j, nth j (combine (seq 0 n) (combine (inputs data) (labels data))) (n, ([], [])) =
                        (nth j (seq 0 n) n, (nth j (inputs data) [], nth j (labels data) []))).
  { intros j; rewrite !combine_nth; auto. rewrite seq_length; symmetry; exact C. }
  assert (M : length (combine (seq 0 n) (combine (inputs data) (labels data))) = n).
  { rewrite combine_length, seq_length. rewrite C at 1. apply Nat.min_id. }
  split.
  - intros I. apply (In_nth _ _ (n, ([], []))) in I as (j & J & I).
    change (j < length (combine (seq 0 n) (combine (inputs data) (labels data))))%nat in J.
    rewrite M in J; rewrite E, seq_nth in I by exact J.
    injection I as <- <- <-. auto.
  - intros (J & -> & ->).
    replace (i, _) with (nth i (combine (seq 0 n) (combine (inputs data) (labels data))) (n, ([], []))).
    + apply nth_In; rewrite M; exact J.
    + rewrite E, seq_nth by exact J; reflexivity.
Qed.

(** * The theorems *)
Section Correct.
Variables (d : decision) (net : network) (units : list nat) (data : dataset) (N d_x d_y : nat).

Definition well_formed : bool := dataset_shape N d_x d_y data && network_shape d_x units d_y net.

(** Where shapes fit, the failures are the samples that are not decided as their labels say. *)
Theorem failures_correct i : well_formed = true ->
  In i (failures d net data) <->
  (i < N)%nat /\ ~ decided d (eval net (nth i (inputs data) [])) (nth i (labels data) []).
Proof.
  intros W. unfold well_formed, dataset_shape, of_length in W. rewrite !andb_true_iff, !Nat.eqb_eq in W.
  destruct W as [[[[A _] B] _] _]. rewrite failures_samples. split.
  - intros ([x y] & I & F). apply samples_iff in I as (J & -> & ->); [|congruence]. rewrite A in J. auto.
  - intros [J F]. eexists (_, _); split; [apply samples_iff; [congruence|rewrite A; repeat split; exact J]|exact F].
Qed.

Definition check : bool := well_formed && match failures d net data with [] => true | _ => false end.

Theorem check_correct : check = true <-> memorizes d net units data N d_x d_y.
Proof.
  unfold check; rewrite andb_true_iff. split.
  - intros [W F]. generalize (fun i => failures_correct i W); intros C.
    destruct (failures d net data) as [|? ?]; [|discriminate].
    unfold well_formed in W; apply andb_prop in W as [W1 W2]. split; [exact W1|split; [exact W2|]].
    intros i I. generalize (decide_iff d (eval net (nth i (inputs data) [])) (nth i (labels data) [])).
    destruct (decide _ _ _); intros D; [apply D; reflexivity|]. exfalso.
    apply (C i); split; [exact I|]. rewrite <- D; discriminate.
  - intros (W1 & W2 & H). assert (W : well_formed = true) by (unfold well_formed; rewrite W1, W2; reflexivity).
    split; [exact W|]. generalize (fun i => failures_correct i W); intros C.
    destruct (failures d net data) as [|i ?]; [reflexivity|]. exfalso.
    destruct (C i) as [D _]. destruct (D (or_introl eq_refl)) as [I F]. apply F, H, I.
Qed.
End Correct.
