(** What a certificate of memorization claims. A reader has to believe the definitions of this file and nothing else:
    networks and datasets over the rationals, their shapes, the value of a network, and when it decides a sample. *)
From Coq Require Import QArith Qabs Qminmax List Bool Arith.
Import ListNotations.
Open Scope Q_scope.

(** * Activations *)
Inductive activation := Identity | HardTanh | ReluLike (s_plus s_minus : Q) | Threshold | Square | Abs.

Definition act (a : activation) (t : Q) : Q :=
  match a with
  | Identity => t
  | HardTanh => Qmax (-(1)) (Qmin 1 t)
  | ReluLike s_plus s_minus => if Qle_bool 0 t then s_plus * t else s_minus * t
  | Threshold => if Qle_bool 0 t then 1 else 0
  | Square => t * t
  | Abs => Qabs t
  end.

(** * Matrices: by rows; by the listed entries (column, value) of each row, all else zero; column times row *)
Definition vector := list Q.
Inductive matrix :=
  | Dense (rows : list vector)
  | Sparse (columns : nat) (rows : list (list (nat * Q)))
  | RankOne (column row : vector).

(** The entries in the columns j, j + 1, ..., of which there are [n]. *)
Fixpoint spread (j n : nat) (entries : list (nat * Q)) : vector :=
  match n, entries with
  | O, _ => []
  | S n', [] => 0 :: spread (S j) n' []
  | S n', (k, v) :: others => if (k =? j)%nat then v :: spread (S j) n' others else 0 :: spread (S j) n' entries
  end.

Definition rows (m : matrix) : list vector :=
  match m with
  | Dense rs => rs
  | Sparse columns rs => map (spread 0 columns) rs
  | RankOne column row => map (fun c => map (Qmult c) row) column
  end.

(** * Networks and their values *)
Inductive layer :=
  | Plain (W : matrix) (b : vector) (a : activation)
  | Residual (U : matrix) (b : vector) (a : activation) (V : matrix) (c : vector) (skip : bool).
Definition network := list layer.

Fixpoint dot (w h : vector) : Q :=
  match w, h with
  | a :: w', x :: h' => a * x + dot w' h'
  | _, _ => 0
  end.

Definition affine (m : matrix) (b h : vector) : vector :=
  map (fun row_shift => dot (fst row_shift) h + snd row_shift) (combine (rows m) b).

Definition eval_layer (l : layer) (h : vector) : vector :=
  match l with
  | Plain W b a => map (act a) (affine W b h)
  | Residual U b a V c skip =>
      let r := affine V c (map (act a) (affine U b h)) in
      if skip then map (fun pair => fst pair + snd pair) (combine h r) else r
  end.

Definition eval (net : network) (x : vector) : vector := fold_left (fun h l => eval_layer l h) net x.

(** * Shapes. Where they fit, nothing above is cut short. *)
Definition of_length {A} (n : nat) (l : list A) : bool := (length l =? n)%nat.

(** The columns are below [n], at least [j], and increase strictly. *)
Fixpoint increasing (j n : nat) (entries : list (nat * Q)) : bool :=
  match entries with
  | [] => true
  | (k, _) :: others => (j <=? k)%nat && (k <? n)%nat && increasing (S k) n others
  end.

Definition matrix_shape (r c : nat) (m : matrix) : bool :=
  match m with
  | Dense rs => of_length r rs && forallb (of_length c) rs
  | Sparse columns rs => of_length r rs && (columns =? c)%nat && forallb (increasing 0 c) rs
  | RankOne column row => of_length r column && of_length c row
  end.

Definition outputs (l : layer) : nat := match l with Plain _ b _ => length b | Residual _ _ _ _ c _ => length c end.

Definition layer_shape (inputs units : nat) (l : layer) : bool :=
  match l with
  | Plain W b _ => matrix_shape units inputs W && of_length units b
  | Residual U b _ V c skip =>
      matrix_shape units inputs U && of_length units b && matrix_shape (length c) units V &&
      (negb skip || of_length inputs c)
  end.

(** [units]: how many units every layer has, from the first to the last. *)
Fixpoint network_shape (inputs : nat) (units : list nat) (outs : nat) (net : network) : bool :=
  match net, units with
  | [], [] => (inputs =? outs)%nat
  | l :: net', d :: units' => layer_shape inputs d l && network_shape (outputs l) units' outs net'
  | _, _ => false
  end.

(** * Decisions *)
Inductive decision := Equal | Argmax | Sign.

Definition decided (d : decision) (output label : vector) : Prop :=
  match d with
  | Equal => Forall2 Qeq output label
  | Argmax =>
      length output = length label /\ exists k, (k < length label)%nat /\
      forall j, (j < length label)%nat ->
        nth j label 0 == (if (j =? k)%nat then 1 else 0) /\ (j <> k -> nth j output 0 < nth k output 0)
  | Sign => exists f y, output = [f] /\ label = [y] /\ (y == 1 \/ y == -(1)) /\ 0 < y * f
  end.

(** * The claim *)
Record dataset := { inputs : list vector; labels : list vector }.

Definition dataset_shape (N d_x d_y : nat) (data : dataset) : bool :=
  of_length N (inputs data) && forallb (of_length d_x) (inputs data) &&
  of_length N (labels data) && forallb (of_length d_y) (labels data).

(** The network [net] has [units] units in its layers, and decides each of the [N] samples as its label says. *)
Definition memorizes (d : decision) (net : network) (units : list nat) (data : dataset) (N d_x d_y : nat) : Prop :=
  dataset_shape N d_x d_y data = true /\ network_shape d_x units d_y net = true /\
  forall i, (i < N)%nat -> decided d (eval net (nth i (inputs data) [])) (nth i (labels data) []).

(** * Notation of exported certificates: numerators over one denominator *)
Definition over (d : positive) (numerators : list Z) : vector := map (fun n => n # d) numerators.
Definition listed (d : positive) (entries : list (nat * Z)) : list (nat * Q) :=
  map (fun e => (fst e, snd e # d)) entries.
