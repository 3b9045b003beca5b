(** Appendix B.4, for every q, where the paper has even q: of q numbers one is a label, those before it are 1, -1, 1, ...,
    those after it have the opposite signs. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Lemma alternating_sum (F : realFieldType) (label : F) (q k0 : nat) : (k0 < q)%N ->
  \sum_(k < q) (if k == k0 :> nat then label else if (k < k0)%N then (-1) ^+ k else - (-1) ^+ k)
  = label + (if odd q then 0 else 1).
Proof.
set f := fun k : nat => if k == k0 then label else if (k < k0)%N then (-1) ^+ k else - (-1) ^+ k : F.
(* Before the label's place the partial sums are 1, 0, 1, 0, ... *)
have low n : (n <= k0)%N -> \sum_(k < n) f k = (odd n)%:R.
  elim: n => [|n IH] lt; first by rewrite big_ord0.
  rewrite big_ord_recr /= IH; last exact: ltnW.
  by rewrite /f ltn_eqF // lt -signr_odd; case: (odd n) => /=; rewrite ?expr1 ?expr0 ?subrr ?add0r.
(* Behind it they are the label, the label + 1, the label, ... *)
suff high n : \sum_(k < k0.+1 + n) f k = label + (~~ odd (k0.+1 + n))%:R.
  by move=> /subnKC <-; rewrite -/f high; case: odd.
elim: n => [|n IH].
  by rewrite addn0 big_ord_recr /= -/(f _) low // /f eqxx addrC /= negbK.
rewrite addnS big_ord_recr /= IH /f gtn_eqF ?ltnS ?leq_addr // ltnNge ltnW ?ltnS ?leq_addr //= -[X in - X]signr_odd /=.
by case: (odd _) => /=; rewrite ?negbK ?expr1 ?expr0 ?opprK ?addr0 ?addrK.
Qed.
