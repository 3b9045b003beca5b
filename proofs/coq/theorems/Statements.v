(** What is proved. Nothing else has to be read to know it: the other files of this folder hold the proofs, and each
    proves exactly one or more of the propositions defined here under the headings "Theorem", with no axioms.

    [F] is any ordered field, for example the rationals or the reals. [F]-matrices with m rows and n columns have type
    ['M[F]_(m, n)], column vectors ['cV[F]_n]; ['I_n] is {0, ..., n-1}; [m %/ n] is the quotient rounded down, and 0 for
    n = 0. Indices start at 0. Source: Yun, Sra, Jadbabaie 2019, "Small ReLU networks are powerful memorizers". *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(** * Activations *)

(** t, but -1 below -1 and 1 above 1 *)
Definition hard_tanh (F : realFieldType) (t : F) : F := Num.max (-1) (Num.min 1 t).

(** slope [sp] right of 0 and [sm] left of it; always used with 0 <= sm < sp, for example 1 and 0 for ReLU *)
Definition relu_like (F : realFieldType) (sp sm t : F) : F := if 0 <= t then sp * t else sm * t.

(** * Fully connected networks *)

(** All parameters of a network with [dx] inputs, hidden layers of the widths [ds] and [dy] outputs: per layer a matrix
    and a bias. [network dx [:: d1; d2] dy] has the matrices d1 x dx, d2 x d1 and dy x d2. *)
Fixpoint network (F : realFieldType) (dx : nat) (ds : seq nat) (dy : nat) : Type :=
  if ds is d :: ds' then 'M[F]_(d, dx) * 'cV[F]_d * network F d ds' dy else 'M[F]_(dy, dx) * 'cV[F]_dy.

(** The output of a network: [sigma] is applied to every entry of W x + b in the hidden layers, not in the last. *)
Fixpoint eval (F : realFieldType) (sigma : F -> F) (dx : nat) (ds : seq nat) (dy : nat) :
  network F dx ds dy -> 'cV[F]_dx -> 'cV[F]_dy :=
  match ds with
  | [::] => fun net x => net.1 *m x + net.2
  | d :: ds' => fun net x => eval sigma net.2 (map_mx sigma (net.1.1 *m x + net.1.2))
  end.

(** Some network of these widths has output y i at x i, for all of the N samples. *)
Definition fits (F : realFieldType) (sigma : F -> F) (ds : seq nat) (N dx dy : nat)
    (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy) : Prop :=
  exists net : network F dx ds dy, forall i, eval sigma net (x i) = y i.

(** The labels of a classification: 1 at the sample's class, 0 elsewhere. *)
Definition one_hot (F : realFieldType) (N dy : nat) (class : 'I_N -> 'I_dy) (i : 'I_N) : 'cV[F]_dy :=
  \col_a (a == class i)%:R.

(** * Two hidden layers *)

(** Theorem 3.1, as printed. *)
Definition Theorem_3_1 : Prop :=
  forall (F : realFieldType) (N dx dy d1 d2 : nat) (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy),
  injective x -> (forall i a, -1 <= y i a 0 <= 1) ->
  ((N <= 4 * (d1 %/ 2) * (d2 %/ (2 * dy)))%N -> fits (@hard_tanh F) [:: d1; d2] x y) /\
  (forall sp sm : F, 0 <= sm < sp -> (N <= 4 * (d1 %/ 4) * (d2 %/ (4 * dy)))%N ->
   fits (relu_like sp sm) [:: d1; d2] x y).

(** Theorem [product]: any labels, without the factors 2 and 4; the printed conditions imply its own, for ReLU-likes even
    with 4 N samples. *)
Definition Theorem_product : Prop :=
  (forall (F : realFieldType) (N dx dy d1 d2 : nat) (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy),
   injective x -> (N <= d1 * (d2 %/ dy))%N ->
   fits (@hard_tanh F) [:: d1; d2] x y /\
   (forall sp sm : F, 0 <= sm < sp -> fits (relu_like sp sm) [:: d1; d2] x y)) /\
  (forall N dy d1 d2 : nat,
   ((N <= 4 * (d1 %/ 2) * (d2 %/ (2 * dy)))%N -> (N <= d1 * (d2 %/ dy))%N) /\
   ((N <= 4 * (d1 %/ 4) * (d2 %/ (4 * dy)))%N -> (4 * N <= d1 * (d2 %/ dy))%N)).

(** * Gates *)

(** The gate of Appendices C and F: 1 at 0, falling to 0 at 1 and -1, 0 beyond *)
Definition gate (F : realFieldType) (t : F) : F := Num.max 0 (1 - `|t|).

(** A hard-tanh unit is two ReLU-like units; a gate is two hard-tanh units, four ReLU-like ones (with a constant, which
    Appendix F leaves out, and which is positive), or three. *)
Definition Gate_identities : Prop :=
  forall (F : realFieldType) (sp sm t : F), sm < sp -> let R := relu_like sp sm in
  [/\ hard_tanh t = (R (t + 1) - R (t - 1) - (sp + sm)) / (sp - sm),
      gate t = (hard_tanh (2%:R * t + 1) + hard_tanh (- 2%:R * t + 1)) / 2%:R,
      gate t = (R (2%:R * t + 2%:R) - R (2%:R * t) + R (- 2%:R * t + 2%:R) - R (- 2%:R * t)) / (2%:R * (sp - sm))
        - (sp + sm) / (sp - sm),
      0 <= sm -> 0 < (sp + sm) / (sp - sm)
    & gate t = (R (t + 1) - 2%:R * R t + R (t - 1)) / (sp - sm)].

(** * The parts of the proof of Theorem 3.1 *)

(** Row j of the matrix M_k of equation (7): the outputs of the units l < p of layer 1 at a sample of block j, which
    unit j passes with the output [a j], and a last entry 1 for the bias. *)
Definition M_B_1 (F : realFieldType) (p : nat) (a : nat -> F) : 'M[F]_(p, p.+1) :=
  \matrix_(j, l) if l == p :> nat then 1 else if (l < j)%N then (-1) ^+ l else if l == j :> nat then a j else - (-1) ^+ l.

(** Lemma B.1, corrected: the rows, not the columns, are independent; there is a null vector that is positive but for its
    last entry, and all others but 0 are of one sign there too. *)
Definition Lemma_B_1 : Prop :=
  forall (F : realFieldType) (p : nat) (a : nat -> F), (forall j, -1 < a j < 1) ->
  [/\ \rank (M_B_1 p a) = p,
      exists v : 'cV[F]_p.+1, M_B_1 p a *m v = 0 /\ forall l : 'I_p.+1, (l < p)%N -> 0 < v l 0
    & forall v : 'cV[F]_p.+1, M_B_1 p a *m v = 0 -> v != 0 ->
      (forall l : 'I_p.+1, (l < p)%N -> 0 < v l 0) \/ (forall l : 'I_p.+1, (l < p)%N -> v l 0 < 0)].

(** The printed construction for one output, on the line c 0 < c 1 < c 2 < ...: sample i < p q is at c i.+1. *)
Section PrintedConstruction.
Variables (F : realFieldType) (p q : nat) (c : nat -> F).

(** Unit l of layer 1: the weight (of the projected sample) and the bias of Appendix B.2 *)
Definition printed_weight l : F :=
  (-1) ^+ l * (4%:R / (c (l.+1 * q)%N + c (l.+1 * q).+1 - c (l * q)%N - c (l * q).+1)).
Definition printed_bias l : F :=
  - (-1) ^+ l * ((c (l.+1 * q)%N + c (l.+1 * q).+1 + c (l * q)%N + c (l * q).+1)
    / (c (l.+1 * q)%N + c (l.+1 * q).+1 - c (l * q)%N - c (l * q).+1)).
Definition layer_1 l i : F := hard_tanh (printed_weight l * c i.+1 + printed_bias l).

(** The sample of block j that unit k of layer 2 passes: counted forwards and backwards in turn *)
Definition passed k j : nat := if odd j then (j.+1 * q - k.+1)%N else (j * q + k)%N.

(** The matrix of equation (7) *)
Definition M_7 k : 'M[F]_(p, p.+1) := \matrix_(j, l) if l == p :> nat then 1 else layer_1 l (passed k j).

(** Unit k of layer 2 with the weights and the bias [w] *)
Definition layer_2 (w : 'cV[F]_p.+1) i : F := hard_tanh (\sum_(l < p) w (lift ord_max l) 0 * layer_1 l i + w ord_max 0).

(** [mu] solves equation (7) for the labels [y]; [nu] is a null vector as in Lemma B.1. *)
Definition solution (y : nat -> F) k (mu : 'cV[F]_p.+1) : Prop := M_7 k *m mu = \col_j y (passed k j).
Definition positive_null k (nu : 'cV[F]_p.+1) : Prop :=
  M_7 k *m nu = 0 /\ forall l : 'I_p.+1, (l < p)%N -> 0 < nu l 0.
End PrintedConstruction.

(** Equation (7) can be solved, its matrix has a null vector as in Lemma B.1, and for all solutions and all such null
    vectors the network fits as soon as the multiple of the null vector is large enough. *)
Definition Printed_construction : Prop :=
  forall (F : realFieldType) (p q : nat) (c y : nat -> F),
  (forall i, c i < c i.+1) -> (forall i, -1 <= y i <= 1) ->
  (forall k, (k < q)%N -> (exists mu, solution q c y k (mu : 'cV[F]_p.+1)) /\
    (exists nu, positive_null q c k (nu : 'cV[F]_p.+1))) /\
  forall mu nu : nat -> 'cV[F]_p.+1,
  (forall k, (k < q)%N -> solution q c y k (mu k) /\ positive_null q c k (nu k)) ->
  exists alpha0, forall alpha, alpha0 <= alpha -> forall i, (i < p * q)%N ->
  \sum_(k < q) layer_2 q c (mu k + ((-1) ^+ k * alpha) *: nu k) i - (if odd q then 0 else 1) = y i.

(** Appendix B.4, for every q, where the paper has even q: at the sample of block j that unit k of layer 2 passes, the
    outputs of all other units add up to 1, or to 0 for odd q. *)
Definition Sum_B_4 : Prop :=
  forall (F : realFieldType) (p q : nat) (c y : nat -> F),
  (forall i, c i < c i.+1) -> (forall i, -1 <= y i <= 1) ->
  forall mu nu : nat -> 'cV[F]_p.+1,
  (forall k, (k < q)%N -> solution q c y k (mu k) /\ positive_null q c k (nu k)) ->
  exists alpha0, forall alpha, alpha0 <= alpha -> forall j k, (j < p)%N -> (k < q)%N ->
  \sum_(l < q | l != k :> nat) layer_2 q c (mu l + ((-1) ^+ l * alpha) *: nu l) (passed q k j)
  = if odd q then 0 else 1.

(** Appendix E, repaired: on the line c 1 < c 2 < ..., with sample n at c n.+1, two hard-tanh layers of the widths p and
    d_y q, q even, give the labels v in [0, 1] at the p q samples from s on, and 0 at all others. *)
Definition Block_E : Prop :=
  forall (F : realFieldType) (dy p q s : nat) (c : nat -> F) (v : nat -> 'cV[F]_dy),
  ~~ odd q -> (forall i, c i < c i.+1) -> (forall i a, 0 <= v i a 0 <= 1) ->
  exists net : network F 1 [:: p; (dy * q)%N] dy, forall n,
  eval (@hard_tanh F) net (c n.+1)%:M = if (s <= n < s + p * q)%N then v n else 0.

(** * One and three hidden layers *)

(** Theorem [folklore]: d1 + 1 samples, any labels, any number of outputs. *)
Definition Theorem_folklore : Prop :=
  forall (F : realFieldType) (N dx dy d1 : nat) (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy),
  injective x -> (N <= d1.+1)%N ->
  fits (@hard_tanh F) [:: d1] x y /\ (forall sp sm : F, 0 <= sm < sp -> fits (relu_like sp sm) [:: d1] x y).

(** Proposition 3.2, as printed. *)
Definition Proposition_3_2 : Prop :=
  forall (F : realFieldType) (N dx dy d1 d2 d3 : nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy),
  injective x ->
  ((N <= 4 * (d1 %/ 2) * (d2 %/ 2))%N -> (2 * dy <= d3)%N ->
   fits (@hard_tanh F) [:: d1; d2; d3] x (one_hot F class)) /\
  (forall sp sm : F, 0 <= sm < sp -> (N <= 4 * (d1 %/ 4) * (d2 %/ 4))%N -> (4 * dy <= d3)%N ->
   fits (relu_like sp sm) [:: d1; d2; d3] x (one_hot F class)).

(** d_y - 2 numbers are too few to read d_y one-hot codes off by an affine map. *)
Definition Readout_lower_bound : Prop :=
  forall (F : realFieldType) (d dy : nat) (W : 'M[F]_(dy, d)) (b : 'cV[F]_dy) (h : 'I_dy -> 'cV[F]_d),
  (forall c, W *m h c + b = \col_a (a == c)%:R) -> (dy <= d.+1)%N.

(** Theorem [product-readout]: d_1 d_2 >= N and d_3 >= d_y - 1 are enough, and the second is necessary for every
    activation, if every class has a sample. *)
Definition Theorem_product_readout : Prop :=
  (forall (F : realFieldType) (N dx dy d1 d2 d3 : nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy),
   injective x -> (N <= d1 * d2)%N -> (dy <= d3.+1)%N ->
   fits (@hard_tanh F) [:: d1; d2; d3] x (one_hot F class) /\
   (forall sp sm : F, 0 <= sm < sp -> fits (relu_like sp sm) [:: d1; d2; d3] x (one_hot F class))) /\
  (forall (F : realFieldType) (sigma : F -> F) (N dx dy d1 d2 d3 : nat) (x : 'I_N -> 'cV[F]_dx)
     (class : 'I_N -> 'I_dy),
   (forall c, exists i, class i = c) -> fits sigma [:: d1; d2; d3] x (one_hot F class) -> (dy <= d3.+1)%N).

(** * Deep networks *)

(** The widths of the hidden layers 1, ..., L - 1 of a network of L layers *)
Definition hidden_widths (L : nat) (d : nat -> nat) : seq nat := [seq d k | k <- index_iota 1 L].

(** Of the two layers of block j of m, how many units each carry what other blocks give (d_y units) or read (one) *)
Definition set_aside (dy m j : nat) : nat := (dy * (1 < j) + (j < m))%N.

(** The conditions of Proposition 3.4, where [step] is 2, and of Corollary A.1, where it is 4: block j = 1, ..., m stands
    in the layers l_j and l_j + 1. That they have room for the r_j units set aside is not asked for in the paper, and that
    layers before the first block have a unit goes without saying there. *)
Record room_for_blocks (step N dy L m : nat) (d l : nat -> nat) : Prop := {
  two_hidden_layers : forall j, (1 <= j <= m)%N -> (1 <= l j)%N /\ (l j + 2 <= L)%N;
  one_after_another : forall j, (1 <= j < m)%N -> (l j + 1 < l j.+1)%N;
  room_beside : forall j, (1 <= j <= m)%N -> (set_aside dy m j <= d (l j))%N /\ (set_aside dy m j <= d (l j + 1))%N;
  room_for_samples : (N <= 4 * \sum_(1 <= j < m.+1)
    ((d (l j) - set_aside dy m j) %/ step) * ((d (l j + 1) - set_aside dy m j) %/ (step * dy)))%N;
  width_before : forall k, (1 <= k < l 1)%N -> (1 <= d k)%N;
  width_between : forall j k, (1 <= j < m)%N -> (l j + 2 <= k < l j.+1)%N -> (dy + 1 <= d k)%N;
  width_after : forall k, (l m + 2 <= k < L)%N -> (dy <= d k)%N
}.

(** Proposition 3.4 (hard-tanh) and Corollary A.1 (ReLU-likes), for any labels. *)
Definition Proposition_3_4 : Prop :=
  forall (F : realFieldType) (N dx dy L m : nat) (d l : nat -> nat) (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy),
  injective x ->
  (room_for_blocks 2 N dy L m d l -> fits (@hard_tanh F) (hidden_widths L d) x y) /\
  (forall sp sm : F, 0 <= sm < sp -> room_for_blocks 4 N dy L m d l ->
   fits (relu_like sp sm) (hidden_widths L d) x y).

(** Corollaries A.2 (hard-tanh) and A.3 (ReLU-likes): m blocks in the layers below l_{m+1}, which has the gates. *)
Definition Corollaries_A_2_A_3 : Prop :=
  forall (F : realFieldType) (N dx dy L m : nat) (d l : nat -> nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy),
  injective x -> (l m.+1 < L)%N -> (forall k, (l m.+1 < k < L)%N -> (dy <= d k)%N) ->
  (room_for_blocks 2 N 1 (l m.+1) m d l -> (2 * dy <= d (l m.+1))%N ->
   fits (@hard_tanh F) (hidden_widths L d) x (one_hot F class)) /\
  (forall sp sm : F, 0 <= sm < sp -> room_for_blocks 4 N 1 (l m.+1) m d l -> (4 * dy <= d (l m.+1))%N ->
   fits (relu_like sp sm) (hidden_widths L d) x (one_hot F class)).

(** The same with d_y - 1 units in the last hidden layer, which is layer L here, in place of the gates. *)
Definition Deep_readout : Prop :=
  forall (F : realFieldType) (N dx dy L m : nat) (d l : nat -> nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy),
  injective x -> (dy <= d L + 1)%N ->
  (room_for_blocks 2 N 1 L m d l -> fits (@hard_tanh F) (rcons (hidden_widths L d) (d L)) x (one_hot F class)) /\
  (forall sp sm : F, 0 <= sm < sp -> room_for_blocks 4 N 1 L m d l ->
   fits (relu_like sp sm) (rcons (hidden_widths L d) (d L)) x (one_hot F class)).

(** What Section 3.3 says of one block in a deep network, corrected: one unit in every layer before it is enough, and d_y
    units, where the paper has one, in every layer after it. *)
Definition One_block : Prop :=
  forall (F : realFieldType) (N dx dy L l : nat) (d : nat -> nat) (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy),
  injective x -> (1 <= l)%N -> (l + 2 <= L)%N ->
  (forall k, (1 <= k < l)%N -> (1 <= d k)%N) -> (forall k, (l + 2 <= k < L)%N -> (dy <= d k)%N) ->
  ((N <= 4 * (d l %/ 2) * (d (l + 1) %/ (2 * dy)))%N -> fits (@hard_tanh F) (hidden_widths L d) x y) /\
  (forall sp sm : F, 0 <= sm < sp -> (N <= 4 * (d l %/ 4) * (d (l + 1) %/ (4 * dy)))%N ->
   fits (relu_like sp sm) (hidden_widths L d) x y).

(** One unit in every layer after the block is not enough for d_y > 1: of the last hidden layer, labels 0 and all unit
    vectors need d_y units, whatever the activation and the other layers are. *)
Definition Width_of_last_layer : Prop :=
  forall (F : realFieldType) (sigma : F -> F) (dx dy d : nat) (ds : seq nat) (x : 'I_dy.+1 -> 'cV[F]_dx),
  fits sigma (rcons ds d) x (fun i => \col_a (a.+1 == i :> nat)%:R : 'cV[F]_dy) -> (dy <= d)%N.

(** What Section 3.3 says of all blocks, Omega(d_1 d_2 + d_2 d_3 + ...) samples, with the constants and with the widths
    that it takes. *)
Definition Sum_of_adjacent_widths : Prop :=
  forall (F : realFieldType) (N dx dy L : nat) (d : nat -> nat) (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy),
  injective x -> let S := (\sum_(1 <= k < L.-1) d k * d k.+1)%N in
  ((forall k, (1 <= k < L)%N -> (3 * dy + 1 <= d k)%N) -> (N <= S %/ (32 * dy))%N ->
   (exists m l, room_for_blocks 2 N dy L m d l) /\ fits (@hard_tanh F) (hidden_widths L d) x y) /\
  (forall sp sm : F, 0 <= sm < sp -> (forall k, (1 <= k < L)%N -> (5 * dy + 1 <= d k)%N) -> (N <= S %/ (128 * dy))%N ->
   (exists m l, room_for_blocks 4 N dy L m d l) /\ fits (relu_like sp sm) (hidden_widths L d) x y).

(** With 3 units in every layer, or 5, the conditions hold for 8 samples at most, however deep the network is. *)
Definition Narrow_layers : Prop :=
  forall (N L m : nat) (l : nat -> nat),
  (room_for_blocks 2 N 1 L m (fun=> 3%N) l -> (N <= 8)%N) /\
  (room_for_blocks 4 N 1 L m (fun=> 5%N) l -> (N <= 8)%N).

(** Why [room_beside] is asked for: with six layers of one unit and blocks at l = 1, 3, 5 the printed sum, in integers, is
    4 * (-1) * (-1), and no layer lies before, between or after the blocks; but no network of an activation that never
    falls has the labels 0, 1, 0, 1 in order. *)
Definition Negative_factors : Prop :=
  let d := fun k : nat => 1%N in let l := fun j => (2 * j - 1)%N in
  (forall step : nat, (0 < step)%N ->
   (4%:Z <= 4%:Z * \sum_(1 <= j < 4) divz ((d (l j))%:Z - (set_aside 1 3 j)%:Z) step
     * divz ((d (l j + 1)%N)%:Z - (set_aside 1 3 j)%:Z) (step * 1)%N)%R) /\
  forall (F : realFieldType) (sigma : F -> F), (forall s t, s <= t -> sigma s <= sigma t) ->
  ~ fits sigma (hidden_widths 7 d) (fun i : 'I_4 => i.+1%:R%:M : 'cV[F]_1) (fun i => (odd i)%:R%:M : 'cV[F]_1).

(** * What does not fit: counting pieces *)

(** f is affine between s and t, ends included. *)
Definition affine_between (F : realFieldType) (f : F -> F) (s t : F) : Prop :=
  exists a c, forall r, s <= r <= t -> f r = a * r + c.

(** f can change its slope at the numbers in the list [b] only: it is affine between any two numbers that have none of
    [b] strictly between them. As ends are included, f is continuous. *)
Definition breaks_at (F : realFieldType) (b : seq F) (f : F -> F) : Prop :=
  forall s t, s <= t -> (forall r, r \in b -> ~~ (s < r < t)) -> affine_between f s t.

(** f is continuous and piecewise linear with at most p pieces. *)
Definition pieces (F : realFieldType) (p : nat) (f : F -> F) : Prop :=
  exists2 b, (size b < p)%N & breaks_at b f.

(** Lemma D.1, for continuous functions. *)
Definition Lemma_D_1 : Prop :=
  forall (F : realFieldType) (k l : nat) (g h : F -> F), pieces k g -> pieces l h ->
  pieces (k + l - 1) (fun t => g t + h t) /\ pieces (k * l) (fun t => g (h t)).

(** Pieces of a network of any depth along a line; for two hidden layers less than Appendix D has. *)
Definition Pieces_of_networks : Prop :=
  forall (F : realFieldType) (sigma : F -> F) (p dx dy : nat) (ds : seq nat) (net : network F dx ds dy)
    (start direction : 'cV[F]_dx) (a : 'I_dy),
  pieces p sigma ->
  pieces (\prod_(d <- ds) (1 + (p - 1) * d)) (fun t => eval sigma net (start + t *: direction) a 0).

(** N samples with labels in [-1, 1] that no network of these widths fits *)
Definition some_dataset_does_not_fit (F : realFieldType) (sigma : F -> F) (ds : seq nat) (N dx : nat) : Prop :=
  exists (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_1),
  [/\ injective x, forall i a, -1 <= y i a 0 <= 1 & ~ fits sigma ds x y].

(** Theorem 3.3, as printed but for "continuous", without which it is false, and d_2 > 0. *)
Definition Theorem_3_3 : Prop :=
  forall (F : realFieldType) (sigma : F -> F) (p N dx d1 d2 : nat), pieces p sigma -> (0 < dx)%N ->
  (((p - 1) * d1 + 2 < N)%N -> some_dataset_does_not_fit sigma [:: d1] N dx) /\
  ((0 < d2)%N -> (p * (p - 1) * d1 * d2 + (p - 1) * d2 + 2 < N)%N ->
   some_dataset_does_not_fit sigma [:: d1; d2] N dx).

(** Alternating labels at 1, ..., N need N - 1 pieces. *)
Definition Pieces_of_alternating_labels : Prop :=
  forall (F : realFieldType) (f : F -> F) (p N : nat), pieces p f ->
  (forall i, (i < N)%N -> f i.+1%:R = (-1) ^+ i.+1) -> (N <= p + 1)%N.

(** Theorem 3.3, sharper and for any depth: alternating labels at u, 2 u, ..., N u do not fit, for any u. *)
Definition Theorem_3_3_sharp : Prop :=
  forall (F : realFieldType) (sigma : F -> F) (p N dx : nat) (ds : seq nat) (u : 'cV[F]_dx), pieces p sigma ->
  (\prod_(d <- ds) (1 + (p - 1) * d) + 1 < N)%N ->
  ~ fits sigma ds (fun i : 'I_N => i.+1%:R *: u) (fun i => ((-1) ^+ i.+1)%:M : 'cV[F]_1).

(** Hard-tanh has three pieces and ReLU-likes have two, so that for two hidden layers and one output the largest N for
    which all datasets fit is at least d_1 d_2 and at most (1 + 2 d_1)(1 + 2 d_2) + 1, or (1 + d_1)(1 + d_2) + 1. *)
Definition Capacity_of_three_layers : Prop :=
  forall (F : realFieldType) (N dx d1 d2 : nat), (0 < dx)%N ->
  let every_dataset_fits sigma := forall (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_1),
    injective x -> fits sigma [:: d1; d2] x y in
  [/\ (N <= d1 * d2)%N -> every_dataset_fits (@hard_tanh F),
      every_dataset_fits (@hard_tanh F) -> (N <= (1 + 2 * d1) * (1 + 2 * d2) + 1)%N
    & forall sp sm : F, 0 <= sm < sp ->
      ((N <= d1 * d2)%N -> every_dataset_fits (relu_like sp sm)) /\
      (every_dataset_fits (relu_like sp sm) -> (N <= (1 + d1) * (1 + d2) + 1)%N)].

(** Hard-tanh networks with one hidden layer are constant at both ends of a line: two breakpoints are of no use. *)
Definition Hard_tanh_alternating : Prop :=
  forall (F : realFieldType) (N dx d1 : nat) (u : 'cV[F]_dx), (0 < d1)%N -> (2 * d1 < N)%N ->
  ~ fits (@hard_tanh F) [:: d1] (fun i : 'I_N => i.+1%:R *: u) (fun i => ((-1) ^+ i.+1)%:M : 'cV[F]_1).

(** One ReLU-like unit is monotone on a line: it does not give 0, 1, 0 at three places in order. *)
Definition One_relu_like : Prop :=
  forall (F : realFieldType) (sp sm : F) (dx : nat) (start u : 'cV[F]_dx) (t : nat -> F),
  0 <= sm < sp -> t 0%N < t 1%N < t 2%N ->
  ~ fits (relu_like sp sm) [:: 1%N] (fun i : 'I_3 => start + t i *: u) (fun i => (i == 1%N :> nat)%:R%:M : 'cV[F]_1).

(** Two units with s_- = 0 do not give alternating labels at four places in order. *)
Definition Two_relus : Prop :=
  forall (F : realFieldType) (sp : F) (dx : nat) (start u : 'cV[F]_dx) (t : nat -> F),
  0 < sp -> (forall i, t i < t i.+1) ->
  ~ fits (relu_like sp 0) [:: 2%N] (fun i : 'I_4 => start + t i *: u) (fun i => ((-1) ^+ i.+1)%:M : 'cV[F]_1).

(** Theorem [two-layer], hard-tanh: 2 d_1 samples with one real label each. *)
Definition Two_layer_hard_tanh : Prop :=
  forall (F : realFieldType) (N dx d1 : nat) (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_1),
  injective x -> (N <= 2 * d1)%N -> fits (@hard_tanh F) [:: d1] x y.

(** The capacity of d_1 ReLU-like units: d_1 + 2, but d_1 + 1 for one unit, and for two units with s_- = 0 *)
Definition relu_like_capacity (F : realFieldType) (sm : F) (d1 : nat) : nat :=
  if (2 < d1)%N || (d1 == 2%N) && (0 < sm)%R then (d1 + 2)%N else (d1 + 1)%N.

(** Theorem [two-layer], ReLU-likes *)
Definition Two_layer_relu_like : Prop :=
  forall (F : realFieldType) (sp sm : F) (N dx d1 : nat) (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_1),
  0 <= sm < sp -> injective x -> (N <= relu_like_capacity sm d1)%N -> fits (relu_like sp sm) [:: d1] x y.

(** Both are exact, for every d_1 > 0. *)
Definition Capacity_of_two_layers : Prop :=
  forall (F : realFieldType) (N dx d1 : nat), (0 < dx)%N -> (0 < d1)%N ->
  let every_dataset_fits sigma := forall (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_1),
    injective x -> fits sigma [:: d1] x y in
  (every_dataset_fits (@hard_tanh F) <-> (N <= 2 * d1)%N) /\
  forall sp sm : F, 0 <= sm < sp ->
    (every_dataset_fits (relu_like sp sm) <-> (N <= relu_like_capacity sm d1)%N).

(** * General position *)

(** Assumption 4.1, corrected: any d_x + 1 samples or fewer are affinely independent. *)
Definition general_position (F : realFieldType) (N dx : nat) (x : 'I_N -> 'cV[F]_dx) : Prop :=
  forall (S : {set 'I_N}) (w : 'I_N -> F), (#|S| <= dx.+1)%N ->
  \sum_(i in S) w i = 0 -> \sum_(i in S) w i *: x i = 0 -> forall i, i \in S -> w i = 0.

(** Corollary 4.2 under the corrected assumption; the printed d_1 >= 2 N / d_x + 2 d_y is multiplied by d_x. *)
Definition Corollary_4_2 : Prop :=
  forall (F : realFieldType) (N dx dy d1 : nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy),
  (0 < dx)%N -> general_position x ->
  ((2 * N + 2 * dy * dx <= d1 * dx)%N -> fits (@hard_tanh F) [:: d1] x (one_hot F class)) /\
  (forall sp sm : F, 0 <= sm < sp -> (4 * N + 4 * dy * dx <= d1 * dx)%N ->
   fits (relu_like sp sm) [:: d1] x (one_hot F class)).

(** * Residual networks *)

(** All parameters of a residual network with [dx] inputs, residual layers of the widths [ds], a last layer of the width
    [dL] and [dy] outputs. A residual layer adds the output of a network with one hidden layer to what it reads. *)
Fixpoint residual_network (F : realFieldType) (dx : nat) (ds : seq nat) (dL dy : nat) : Type :=
  if ds is d :: ds' then network F dx [:: d] dx * residual_network F dx ds' dL dy else network F dx [:: dL] dy.

Fixpoint residual_eval (F : realFieldType) (sigma : F -> F) (dx : nat) (ds : seq nat) (dL dy : nat) :
  residual_network F dx ds dL dy -> 'cV[F]_dx -> 'cV[F]_dy :=
  match ds with
  | [::] => fun net h => eval sigma net h
  | d :: ds' => fun net h => residual_eval sigma net.2 (h + eval sigma net.1 h)
  end.

Definition residual_fits (F : realFieldType) (sigma : F -> F) (ds : seq nat) (dL N dx dy : nat)
    (x : 'I_N -> 'cV[F]_dx) (y : 'I_N -> 'cV[F]_dy) : Prop :=
  exists net : residual_network F dx ds dL dy, forall i, residual_eval sigma net (x i) = y i.

(** The number of groups of at most d_x samples of one class: the sum over all classes k of ceil(N_k/d_x) *)
Definition number_of_groups (N dx dy : nat) (class : 'I_N -> 'I_dy) : nat :=
  \sum_(k < dy) (#|[set i | class i == k]| + dx.-1) %/ dx.

(** Theorem 4.1 under the corrected assumption, where the layers have room for whole gates, of two hard-tanh or four
    ReLU-like units; the printed sizes have it if all widths but the last are multiples of two, or four. *)
Definition Theorem_4_1 : Prop :=
  (forall (F : realFieldType) (N dx dy dL : nat) (ds : seq nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy),
   (0 < dx)%N -> (dy <= dx)%N -> general_position x ->
   ((number_of_groups dx class <= \sum_(d <- ds) d %/ 2)%N -> (dy <= dL)%N ->
    residual_fits (@hard_tanh F) ds dL x (one_hot F class)) /\
   (forall sp sm : F, 0 <= sm < sp -> (number_of_groups dx class <= \sum_(d <- ds) d %/ 4)%N -> (2 * dy <= dL)%N ->
    residual_fits (relu_like sp sm) ds dL x (one_hot F class))) /\
  (forall (N dx dy m : nat) (ds : seq nat) (class : 'I_N -> 'I_dy), (0 < dx)%N -> (0 < m)%N ->
   (forall d, d \in ds -> (m %| d)%N) -> (m * N + m * dy * dx <= (\sum_(d <- ds) d) * dx)%N ->
   (number_of_groups dx class <= \sum_(d <- ds) d %/ m)%N).

(** Theorem [narrow-resnet]: layers of any widths, even 1, and d_x < d_y allowed; d.+1 %/ 2 is d/2 rounded up. The printed
    sizes of Theorem 4.1 are more than enough for it, also where they do not hold whole gates. *)
Definition Theorem_narrow_resnet : Prop :=
  (forall (F : realFieldType) (N dx dy dL : nat) (ds : seq nat) (x : 'I_N -> 'cV[F]_dx) (class : 'I_N -> 'I_dy),
   (0 < dx)%N -> general_position x ->
   ((N + dx.-1) %/ dx <= \sum_(d <- ds) d.+1 %/ 2)%N -> (dy <= dL.+1)%N ->
   residual_fits (@hard_tanh F) ds dL x (one_hot F class) /\
   (forall sp sm : F, 0 <= sm < sp -> residual_fits (relu_like sp sm) ds dL x (one_hot F class))) /\
  (forall (N dx dy : nat) (ds : seq nat), (0 < dx)%N ->
   (2 * N + 2 * dy * dx <= (\sum_(d <- ds) d) * dx)%N -> ((N + dx.-1) %/ dx <= \sum_(d <- ds) d.+1 %/ 2)%N).

(** * The constants of Theorem 5.1 *)

(** The inequalities that Appendix G draws from its choice of constants, for numbers that stand for norms: r for the norm
    of the distance xi to the minimum, p for that of its part in the span of the gradients. *)
Section Constants.
Variables (F : realFieldType) (C2 C4 C5 C6 lambda_min lambda_max : F) (B E : nat).
Definition tau : F := 16%:R * C2 * C4 * (B * E)%:R / lambda_min.
Definition radius : F := lambda_min * C2 / (16%:R * C2 * C5 * C6 * (B * E)%:R + lambda_min * C5).
Definition gamma : F := lambda_min * B%:R / (2%:R * lambda_max ^+ 2 * E%:R ^+ 2).
End Constants.

(** The perturbation of a step is at most lambda_min/(8N) p, N = B E; [radius] is 2 rho, so that the bound also holds at
    the later iterates, of which only r <= 2 rho is known. *)
Definition Bound_on_zeta : Prop :=
  forall (F : realFieldType) (C2 C4 C5 C6 lambda_min r p : F) (B E : nat),
  0 < C2 -> 0 < C4 -> 0 < C5 -> 0 < C6 -> 0 < lambda_min -> (0 < B)%N -> (0 < E)%N ->
  0 <= r <= radius C2 C5 C6 lambda_min B E -> tau C2 C4 lambda_min B E * r ^+ 2 <= p ->
  C5 * C6 * r * p + C2 * C4 * r ^+ 2 + C4 * C5 * r ^+ 3 <= lambda_min / (8%:R * (B * E)%:R) * p.

(** What eta < gamma gives; the paper's second branch of gamma, with log 2, is not needed. *)
Definition Step_size : Prop :=
  forall (F : realFieldType) (lambda_min lambda_max eta : F) (B E : nat),
  0 < lambda_min <= lambda_max -> (0 < B)%N -> (0 < E)%N -> 0 < eta < gamma lambda_min lambda_max B E ->
  let x := eta * lambda_max / B%:R in
  [/\ x <= 1 / (2%:R * E%:R ^+ 2), E%:R * x <= 1 / 2%:R,
      (1 + eta * lambda_min / (8%:R * (B * E)%:R)) ^+ E <= 2%:R
    & \sum_(2 <= k < E.+1) 'C(E, k)%:R * x ^+ k <= eta * lambda_min / (2%:R * B%:R)].

(** One epoch: the bounds on its two terms give the factor 1 - eta lambda with lambda = lambda_min/(4B). *)
Definition Epoch_contraction : Prop :=
  forall (F : realFieldType) (lambda_min eta tail p0 p1 : F) (B E : nat),
  (0 < B)%N -> (0 < E)%N -> 0 <= p0 -> 0 <= eta -> tail <= eta * lambda_min / (2%:R * B%:R) ->
  p1 <= (1 - eta * lambda_min / B%:R + tail) * p0 + eta * (E%:R * (lambda_min / (4%:R * (B * E)%:R) * p0)) ->
  p1 <= (1 - eta * (lambda_min / (4%:R * B%:R))) * p0.

(** All epochs: if p shrinks by 1 - x and r grows by x p at most, with p <= r at the start, r at most doubles. *)
Definition At_most_doubled : Prop :=
  forall (F : realFieldType) (x : F) (p r : nat -> F) (K : nat),
  p 0%N <= r 0%N -> (forall k, 0 <= p k) ->
  (forall k, (k < K)%N -> p k.+1 <= (1 - x) * p k) -> (forall k, (k < K)%N -> r k.+1 <= r k + x * p k) ->
  r K <= 2%:R * r 0%N.

(** * Networks near a minimum, with vectors and matrices *)

(** Appendix I: the parameters W, b of a layer change by Delta and delta, its inputs a by [change]; where sigma has the
    slopes J from the old to the new pre-activations, the outputs change by J (Delta a + delta + (W + Delta) change). *)
Definition Layer_recursion : Prop :=
  forall (F : realFieldType) (sigma : F -> F) (m n : nat) (W Delta : 'M[F]_(m, n)) (b delta J : 'cV[F]_m)
    (a change : 'cV[F]_n),
  let old := W *m a + b in let new := (W + Delta) *m (a + change) + (b + delta) in
  (forall j, sigma (new j 0) - sigma (old j 0) = J j 0 * (new j 0 - old j 0)) ->
  map_mx sigma new - map_mx sigma old = diag_mx J^T *m (Delta *m a + delta + (W + Delta) *m change).

(** The product A (E - 1) ... A (t + 1) A t of the matrices of the steps t, ..., E - 1 *)
Fixpoint steps (F : realFieldType) (n : nat) (A : nat -> 'M[F]_n) (t E : nat) : 'M[F]_n :=
  if E is E'.+1 then if (t <= E')%N then A E' *m steps A t E' else 1%:M else 1%:M.

(** Appendix G, (14), and (16) with A = I: E updates at once. *)
Definition Unrolled_updates : Prop :=
  forall (F : realFieldType) (n : nat) (A : nat -> 'M[F]_n) (z xi : nat -> 'cV[F]_n) (eta : F),
  (forall t, xi t.+1 = A t *m xi t - eta *: z t) ->
  forall E, xi E = steps A 0 E *m xi 0%N - eta *: \sum_(t < E) steps A t.+1 E *m z t.

(** * Lemma G.1 for networks of any depth *)

(** One vector of slopes per hidden layer *)
Fixpoint slopes (F : realFieldType) (ds : seq nat) : Type := if ds is d :: ds' then 'cV[F]_d * slopes F ds' else unit.

(** No hidden unit is at a kink: near its pre-activation at the input [x], sigma is linear with the unit's slope in [J]. *)
Fixpoint no_kinks (F : realFieldType) (sigma : F -> F) (dx : nat) (ds : seq nat) (dy : nat) :
  network F dx ds dy -> slopes F ds -> 'cV[F]_dx -> Prop :=
  match ds with
  | [::] => fun _ _ _ => True
  | d :: ds' => fun net J x =>
      let z := net.1.1 *m x + net.1.2 in
      (exists2 eps : F, 0 < eps &
         forall j t, `|t - z j 0| <= eps -> sigma t - sigma (z j 0) = J.1 j 0 * (t - z j 0)) /\
      no_kinks sigma net.2 J.2 (map_mx sigma z)
  end.

(** Equation (18): the product W^L J^(L-1) ... J^1 W^1 of all matrices of a network *)
Fixpoint backward (F : realFieldType) (dx : nat) (ds : seq nat) (dy : nat) :
  network F dx ds dy -> slopes F ds -> 'M[F]_(dy, dx) :=
  match ds with
  | [::] => fun net _ => net.1
  | d :: ds' => fun net J => backward net.2 J.2 *m diag_mx J.1^T *m net.1.1
  end.

(** Equation (19): the gradient of output k by W and b of a layer with the inputs [a], from row k of its D *)
Definition layer_gradient (F : realFieldType) (dy m n : nat) (D : 'M[F]_(dy, m)) (a : 'cV[F]_n) (k : 'I_dy) :
  'M[F]_(m, n) * 'cV[F]_m := (\matrix_(j, i) (D k j * a i 0), \col_j D k j).

(** The gradient of output k by all parameters, arranged as they are; D^L = I and D^l = D^(l+1) W^(l+1) J^l. *)
Fixpoint gradient (F : realFieldType) (sigma : F -> F) (dx : nat) (ds : seq nat) (dy : nat) :
  network F dx ds dy -> slopes F ds -> 'cV[F]_dx -> 'I_dy -> network F dx ds dy :=
  match ds with
  | [::] => fun _ _ x k => layer_gradient 1%:M x k
  | d :: ds' => fun net J x k =>
      (layer_gradient (backward net.2 J.2 *m diag_mx J.1^T) x k,
       gradient sigma net.2 J.2 (map_mx sigma (net.1.1 *m x + net.1.2)) k)
  end.

(** The parameters of two networks differ by at most r, each. *)
Definition near_layer (F : realFieldType) (m n : nat) (r : F) (p q : 'M[F]_(m, n) * 'cV[F]_m) : Prop :=
  (forall j i, `|q.1 j i - p.1 j i| <= r) /\ (forall j, `|q.2 j 0 - p.2 j 0| <= r).
Fixpoint near (F : realFieldType) (r : F) (dx : nat) (ds : seq nat) (dy : nat) :
  network F dx ds dy -> network F dx ds dy -> Prop :=
  match ds with
  | [::] => fun net net' => near_layer r net net'
  | d :: ds' => fun net net' => near_layer r net.1 net'.1 /\ near r net.2 net'.2
  end.

(** The inner product of [g] and [net' - net], over all parameters *)
Definition layer_along (F : realFieldType) (m n : nat) (g p q : 'M[F]_(m, n) * 'cV[F]_m) : F :=
  \sum_j \sum_i g.1 j i * (q.1 j i - p.1 j i) + \sum_j g.2 j 0 * (q.2 j 0 - p.2 j 0).
Fixpoint along (F : realFieldType) (dx : nat) (ds : seq nat) (dy : nat) :
  network F dx ds dy -> network F dx ds dy -> network F dx ds dy -> F :=
  match ds with
  | [::] => fun g net net' => layer_along g net net'
  | d :: ds' => fun g net net' => layer_along g.1 net.1 net'.1 + along g.2 net.2 net'.2
  end.

(** Lemma G.1, its part on outputs and gradients, at a sample x where no hidden unit is at a kink: there are constants rho
    and C such that, where the parameters change by r <= rho at most, each, by xi in all, the units keep their slopes,
    output k changes by nu . xi but for C r^2 at most, and its gradient nu by C r at most, in every entry. *)
Definition Lemma_G_1 : Prop :=
  forall (F : realFieldType) (sigma : F -> F) (dx : nat) (ds : seq nat) (dy : nat) (net : network F dx ds dy)
    (J : slopes F ds) (x : 'cV[F]_dx),
  no_kinks sigma net J x ->
  exists2 rho : F, 0 < rho & exists C : F, forall (net' : network F dx ds dy) (r : F), 0 <= r <= rho -> near r net net' ->
  no_kinks sigma net' J x /\
  forall k, `|eval sigma net' x k 0 - eval sigma net x k 0 - along (gradient sigma net J x k) net net'| <= C * r ^+ 2 /\
            near (C * r) (gradient sigma net J x k) (gradient sigma net' J x k).
