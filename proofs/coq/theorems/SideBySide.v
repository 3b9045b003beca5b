(** Samples that pass through layers: one network after another, two side by side, numbers carried unchanged. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Theorems Require Import Statements Activations Networks SumNetworks.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section SideBySide.
Variables (F : realFieldType) (sigma : F -> F) (N : nat).

Lemma fits_ext ds n m (a a' : 'I_N -> 'cV[F]_n) (b b' : 'I_N -> 'cV[F]_m) : a =1 a' -> b =1 b' ->
  fits sigma ds a b -> fits sigma ds a' b'.
Proof. by move=> ea eb [net h]; exists net => i; rewrite -ea h eb. Qed.

Lemma fits_nothing ds n m (a : 'I_N -> 'cV[F]_n) (b : 'I_N -> 'cV[F]_m) : N = 0%N -> fits sigma ds a b.
Proof.
have some : forall n', network F n' ds m by elim: ds => [|d ds IH] n' /=; [exact: (0, 0)|exact: (0, 0, IH d)].
by move=> N0; exists (some n) => - [i lt]; exfalso; rewrite N0 in lt.
Qed.

Lemma fits_cat ds es n k m (a : 'I_N -> 'cV[F]_n) (b : 'I_N -> 'cV[F]_k) (c : 'I_N -> 'cV[F]_m) :
  fits sigma ds a b -> fits sigma es b c -> fits sigma (ds ++ es) a c.
Proof. by move=> [net1 h1] [net2 h2]; have [net h] := compose sigma net1 net2; exists net => i; rewrite h h1 h2. Qed.

(** Affine maps before and behind *)
Lemma fits_before ds n k m (A : 'M[F]_(k, n)) (c : 'cV[F]_k) (a : 'I_N -> 'cV[F]_n) (b : 'I_N -> 'cV[F]_m) :
  fits sigma ds (fun i => A *m a i + c) b -> fits sigma ds a b.
Proof. by move=> [net h]; have [net' h'] := precompose sigma net A c; exists net' => i; rewrite h' h. Qed.

Lemma fits_behind ds n k m (A : 'M[F]_(m, k)) (c : 'cV[F]_m) (a : 'I_N -> 'cV[F]_n) (b : 'I_N -> 'cV[F]_k) :
  fits sigma ds a b -> fits sigma ds a (fun i => A *m b i + c).
Proof. by move=> [net h]; have [net' h'] := postcompose sigma net A c; exists net' => i; rewrite h' h. Qed.

(** Two networks of the same depth, side by side *)
Lemma beside_network ds es n1 n2 m1 m2 (net1 : network F n1 ds m1) (net2 : network F n2 es m2) : size ds = size es ->
  exists net : network F (n1 + n2) [seq (p.1 + p.2)%N | p <- zip ds es] (m1 + m2),
  forall z1 z2, eval sigma net (col_mx z1 z2) = col_mx (eval sigma net1 z1) (eval sigma net2 z2).
Proof.
elim: ds es n1 n2 net1 net2 => [|d ds IH] [|e es] //= n1 n2.
  move=> [w1 b1] [w2 b2] _; exists (block_mx w1 0 0 w2, col_mx b1 b2) => z1 z2 /=.
  by rewrite mul_block_col !mul0mx addr0 add0r add_col_mx.
move=> [[w1 b1] rest1] [[w2 b2] rest2] [sz]; have [rest h] := IH _ _ _ rest1 rest2 sz.
exists (block_mx w1 0 0 w2, col_mx b1 b2, rest) => z1 z2 /=.
by rewrite mul_block_col !mul0mx addr0 add0r add_col_mx map_col_mx h.
Qed.

Lemma fits_beside ds es n1 n2 m1 m2 (a1 : 'I_N -> 'cV[F]_n1) (b1 : 'I_N -> 'cV[F]_m1)
    (a2 : 'I_N -> 'cV[F]_n2) (b2 : 'I_N -> 'cV[F]_m2) : size ds = size es ->
  fits sigma ds a1 b1 -> fits sigma es a2 b2 ->
  fits sigma [seq (p.1 + p.2)%N | p <- zip ds es] (fun i => col_mx (a1 i) (a2 i)) (fun i => col_mx (b1 i) (b2 i)).
Proof.
move=> sz [net1 h1] [net2 h2]; have [net h] := beside_network net1 net2 sz.
by exists net => i; rewrite h h1 h2.
Qed.

(** One unit carries a number in [0, 1]: behind sigma it is multiplied by a constant, which the next layer takes back. *)
Definition carries (sigma : F -> F) : Prop := exists2 s, s != 0 & forall t, 0 <= t <= 1 -> sigma t = s * t.

Definition in_01 n (a : 'I_N -> 'cV[F]_n) : Prop := forall i k, 0 <= a i k 0 <= 1.

Hypothesis carry : carries sigma.

Lemma fits_carried ds n (a : 'I_N -> 'cV[F]_n) : all (leq n) ds -> in_01 a -> fits sigma ds a a.
Proof.
have [s s0 lin] := carry; move=> le a01; apply: (@widen _ _ (nseq (size ds) n)); first exact: size_nseq.
  by elim: ds le => [|d ds IH] //= /andP[-> /IH].
elim: (size ds) => [|k IH]; first by exists (1%:M, 0) => i /=; rewrite mul1mx addr0.
apply: (@fits_cat [:: n] (nseq k n)) IH; exists (1%:M, 0, (s^-1%:M, 0)) => i /=.
by rewrite mul1mx !addr0 mul_scalar_mx; apply/matrixP => j z; rewrite ord1 !mxE lin // mulrA mulVf // mul1r.
Qed.
End SideBySide.

Section Carriers.
Variable F : realFieldType.

Lemma hard_tanh_carries : carries (@hard_tanh F).
Proof.
exists 1; first exact: oner_neq0.
by move=> t /andP[lo hi]; rewrite mul1r hard_tanh_in // hi andbT (le_trans _ lo) // oppr_le0 ler01.
Qed.

Lemma relu_like_carries (sp sm : F) : 0 <= sm < sp -> carries (relu_like sp sm).
Proof.
move=> /andP[sm0 lt]; exists sp; first by rewrite gt_eqF // (le_lt_trans sm0).
by move=> t /andP[lo _]; rewrite relu_like_pos.
Qed.

(** Where n units of sigma make one of tau, networks of sigma are as good as those of tau, with n times the units. *)
Lemma fits_made_of (sigma tau : F -> F) u ds n m (net : network F n ds m) : made_of sigma u tau ->
  exists net' : network F n [seq (d * u)%N | d <- ds] m, forall z, eval sigma net' z = eval tau net z.
Proof.
move=> made; elim: ds n net => [|d ds IH] n /= net; first by exists net.
case: net => [[w b] rest].
have [rest' h'] := IH _ rest.
pose item (j : 'I_d) := (row j w, b j 0, delta_mx j 0 : 'cV[F]_d).
have [first h] := sum_network made [seq item j | j <- enum 'I_d].
move: first h; rewrite size_map size_enum_ord => first h.
have [both e] := compose sigma first rest'; exists both => z; apply: (etrans (e z)).
rewrite h' h; congr (eval tau rest _).
rewrite big_map big_enum /=; apply/matrixP => j y; rewrite [y]ord1 summxE (bigD1 j) //= big1 => [|k ne]; last first.
  by rewrite !mxE eq_sym (negbTE ne) mulr0.
rewrite !mxE !eqxx mulr1 addr0; congr (tau (_ + _)).
by apply: eq_bigr => l _; rewrite !mxE.
Qed.
End Carriers.
