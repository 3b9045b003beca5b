(** The two semantics agree: a network of Semantics.v, over lists of rationals, is a network of the theorems
    (../theorems/Statements.v), over matrices, and a certificate that it memorizes is an instance of [fits], in every
    ordered field. *)
From Coq Require Import ZArith QArith Qabs Qminmax.
From mathcomp Require Import all_ssreflect all_algebra ssrZ zify ring.
From Theorems Require Statements.
From Checker Require Import Semantics.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.
Delimit Scope Q_scope with Q.

Section Link.
Variable F : realFieldType.

(** * Rationals in an ordered field *)
Definition integer (n : Z) : F := (int_of_Z n)%:~R.
Definition value (q : Q) : F := integer (Qnum q) / integer (Zpos (Qden q)).

Lemma integerD m n : integer (Z.add m n) = integer m + integer n.
Proof. by rewrite /integer -rmorphD; congr (_ %:~R); lia. Qed.
Lemma integerM m n : integer (Z.mul m n) = integer m * integer n.
Proof. by rewrite /integer -rmorphM; congr (_ %:~R); lia. Qed.
Lemma integer_le m n : Z.le m n -> integer m <= integer n.
Proof. by move=> h; rewrite /integer ler_int; lia. Qed.
Lemma integer_gt0 p : 0 < integer (Zpos p).
Proof. by rewrite /integer ltr0z; lia. Qed.
Lemma integer_neq0 p : integer (Zpos p) != 0.
Proof. by rewrite gt_eqF // integer_gt0. Qed.

Lemma valueD (p q : Q) : value (p + q)%Q = value p + value q.
Proof.
case: p q => [n d] [m e]; rewrite /value /= Pos2Z.inj_mul integerD !integerM.
by field; rewrite !integer_neq0.
Qed.
Lemma valueM (p q : Q) : value (p * q)%Q = value p * value q.
Proof.
case: p q => [n d] [m e]; rewrite /value /= Pos2Z.inj_mul !integerM.
by field; rewrite !integer_neq0.
Qed.
Lemma value_le (p q : Q) : (p <= q)%Q -> value p <= value q.
Proof.
case: p q => [n d] [m e]; rewrite /Qle /value /= => h; have := integer_le h; rewrite !integerM.
by rewrite ler_pdivr_mulr ?integer_gt0 // mulrAC ler_pdivl_mulr ?integer_gt0.
Qed.
Lemma value_eq (p q : Q) : (p == q)%Q -> value p = value q.
Proof.
move=> E; apply/eqP; rewrite eq_le; apply/andP; split; apply: value_le; rewrite E; exact: Qle_refl.
Qed.
Lemma valueN (q : Q) : value (- q)%Q = - value q.
Proof.
case: q => n d; rewrite /value /= -mulNr; congr (_ / _).
by rewrite /integer -rmorphN; congr (_ %:~R); lia.
Qed.
Lemma value0 : value 0%Q = 0. Proof. by rewrite /value /= mul0r. Qed.
Lemma value1 : value 1%Q = 1. Proof. by rewrite /value /= divff ?integer_neq0. Qed.
Lemma valueN1 : value (- (1))%Q = -1.
Proof. by rewrite /value /integer /= divr1. Qed.

(** * Activations *)
Definition sigma (a : activation) : F -> F :=
  match a with
  | Identity => id
  | HardTanh => @Statements.hard_tanh F
  | ReluLike s_plus s_minus => Statements.relu_like (value s_plus) (value s_minus)
  | Threshold => fun t => (0 <= t)%R%:R
  | Square => fun t => (t * t)%R
  | Abs => fun t => `|t|
  end.

Lemma value_ge0 (q : Q) : (0 <= value q) = Qle_bool 0 q.
Proof.
apply/idP/idP => [|/Qle_bool_imp_le/value_le]; last by rewrite value0.
move=> h; apply/Qle_bool_iff; case: (Qlt_le_dec q 0%Q) => // lt.
have := value_le (Qlt_le_weak _ _ lt); rewrite value0 => le.
have /eqP : value q = 0 by apply/eqP; rewrite eq_le le h.
rewrite /value mulf_eq0 invr_eq0 (negPf (integer_neq0 _)) orbF /integer intr_eq0.
by case: q {h le} lt => [n d]; rewrite /Qle /Qlt /=; lia.
Qed.

Lemma act_value a q : value (act a q) = sigma a (value q).
Proof.
case: a => [| |p m| | |] //=.
- rewrite /Statements.hard_tanh.
  have min1 : value (Qmin 1 q) = Num.min 1 (value q).
    rewrite -value1; case: (Q.min_spec 1%Q q) => [[h e]|[h e]]; rewrite (value_eq e).
      by rewrite min_l // value_le //; exact: Qlt_le_weak.
    by rewrite min_r // value_le.
  rewrite -min1 -valueN1; case: (Q.max_spec (- (1))%Q (Qmin 1 q)) => [[h e]|[h e]]; rewrite (value_eq e).
    by rewrite max_r // value_le //; exact: Qlt_le_weak.
  by rewrite max_l // value_le.
- by rewrite /Statements.relu_like value_ge0; case: (Qle_bool 0 q); rewrite valueM.
- by rewrite value_ge0; case: (Qle_bool 0 q); rewrite ?value0 ?value1.
- exact: valueM.
- case: (Qlt_le_dec 0%Q q) => h; last first.
    rewrite (value_eq (Qabs_neg _ h)) ler0_norm; last by rewrite -value0 value_le.
    exact: valueN.
  have h' := Qlt_le_weak _ _ h; by rewrite (value_eq (Qabs_pos _ h')) ger0_norm // -value0 value_le.
Qed.

(** * Vectors and matrices *)
Definition column n (v : vector) : 'cV[F]_n := \col_i value (List.nth i v 0%Q).
Definition table m n (M : matrix) : 'M[F]_(m, n) := \matrix_(i, j) value (List.nth j (List.nth i (rows M) nil) 0%Q).

Lemma dot_value n w h : length w = n -> length h = n ->
  value (dot w h) = \sum_(j < n) value (List.nth j w 0%Q) * value (List.nth j h 0%Q).
Proof.
elim: n w h => [|n IH] [|a w] [|x h] //=; first by rewrite big_ord0 value0.
by move=> [lw] [lh]; rewrite big_ord_recl valueD valueM IH.
Qed.

Lemma forallbP (T : Type) (p : T -> bool) l : List.forallb p l -> forall x, List.In x l -> p x.
Proof. by elim: l => //= y l IH /andP[py pl] x [<-|/(IH pl)]. Qed.

Lemma spread_length j n entries : length (spread j n entries) = n.
Proof.
elim: n j entries => //= n IH j [|[k v] others] /=; first by rewrite IH.
by case: (k =? j)%nat; rewrite /= IH.
Qed.

Lemma shape_rows r c M : matrix_shape r c M ->
  length (rows M) = r /\ forall i, (i < r)%N -> length (List.nth i (rows M) nil) = c.
Proof.
have all_nth (l : list vector) i : (forall x, List.In x l -> length x = c) -> (i < length l)%N ->
    length (List.nth i l nil) = c.
  by move=> h lt; apply/h/List.nth_In; lia.
case: M => [rs|cs rs|col w] /=; rewrite /of_length.
- move=> /andP[/Nat.eqb_eq <- /forallbP h]; split=> // i lt; by apply: all_nth lt => x /h /Nat.eqb_eq.
- move=> /andP[/andP[/Nat.eqb_eq <- /Nat.eqb_eq cc] _]; rewrite List.map_length; split=> // i lt.
  apply: all_nth; last by rewrite List.map_length.
  by move=> x /List.in_map_iff[es [<- _]]; rewrite spread_length.
- move=> /andP[/Nat.eqb_eq <- /Nat.eqb_eq lw]; rewrite List.map_length; split=> // i lt.
  apply: all_nth; last by rewrite List.map_length.
  by move=> x /List.in_map_iff[k [<- _]]; rewrite List.map_length.
Qed.

Lemma affine_value r c M b h : matrix_shape r c M -> length b = r -> length h = c ->
  length (affine M b h) = r /\ column r (affine M b h) = table r c M *m column c h + column r b.
Proof.
move=> /shape_rows[lr lc] lb lh; rewrite /affine List.map_length List.combine_length lr lb Nat.min_id; split=> //.
apply/matrixP => i j; rewrite !mxE.
have lt : (i < r)%N := ltn_ord i.
pose f (p : vector * Q) := (dot p.1 h + p.2)%Q.
have <- : f (nil, 0%Q) = 0%Q.
  by [].
rewrite List.map_nth List.combine_nth ?lr ?lb // valueD (dot_value (lc i lt) lh).
by congr (_ + _); apply: eq_bigr => k _; rewrite !mxE.
Qed.

Lemma act_column n a v : length v = n -> column n (List.map (act a) v) = map_mx (sigma a) (column n v).
Proof.
move=> lv; apply/matrixP => i j; rewrite !mxE -act_value.
rewrite (List.nth_indep _ 0%Q (act a 0%Q)) ?List.map_nth // List.map_length lv.
by have := ltn_ord i; lia.
Qed.

(** * Networks: fully connected, of one activation but for the last layer, which has none *)
Fixpoint feedforward (a : activation) (net : network) : Prop :=
  match net with
  | Plain _ _ a' :: nil => a' = Identity
  | Plain _ _ a' :: others => a' = a /\ feedforward a others
  | _ => False
  end.

Theorem network_link a ds dx dy net : network_shape dx (ds ++ [:: dy])%list dy net -> feedforward a net ->
  exists net' : Statements.network F dx ds dy, forall x, length x = dx ->
    Statements.eval (sigma a) net' (column dx x) = column dy (eval net x).
Proof.
elim: ds dx net => [|d ds IH] dx [|[W b a'|//] net] //=.
  case: net => [|l net]; last by case: l => [? ? ?|? ? ? ? ? ?] /andP[].
  rewrite /of_length => /andP[/andP[sW /Nat.eqb_eq lb] _] ->.
  exists (table dy dx W, column dy b) => x lx /=; have [la <-] := affine_value sW lb lx.
  by rewrite act_column // ; apply/matrixP => i j; rewrite !mxE.
rewrite /of_length => /andP[/andP[sW /Nat.eqb_eq lb] sn] ff.
have [-> ff'] : a' = a /\ feedforward a net by case: net sn ff => [|l net] //=; case: ds {IH}.
rewrite lb in sn; have [net' h] := IH _ _ sn ff'.
exists (table d dx W, column d b, net') => x lx /=; have [la <-] := affine_value sW lb lx.
by rewrite -act_column // h // List.map_length.
Qed.

(** What the kernel checks for a certificate is an instance of what the theorems say. *)
Theorem certificate_fits a ds data N dx dy net : memorizes Equal net (ds ++ [:: dy])%list data N dx dy ->
  feedforward a net ->
  Statements.fits (sigma a) ds (fun i : 'I_N => column dx (List.nth i (inputs data) nil))
    (fun i : 'I_N => column dy (List.nth i (labels data) nil)).
Proof.
move=> [sd [sn h]] ff; have [net' e] := network_link sn ff; exists net' => i.
have lt : (i < N)%coq_nat by have := ltn_ord i; lia.
move: sd; rewrite /dataset_shape /of_length => /andP[/andP[/andP[/Nat.eqb_eq li /forallbP hi] _] _].
rewrite e; last by apply/Nat.eqb_eq/hi/List.nth_In; rewrite li.
have := h i lt; rewrite /decided; move: (eval net _) (List.nth i (labels data) nil) => u v uv.
apply/matrixP => k j; rewrite !mxE; move: (nat_of_ord k) => n.
by elim: uv n => {u v} [|p q u v pq _ IH] [|n] //=; exact: value_eq.
Qed.
End Link.
