(** The two theorems that VERIFIED and REFUTED rest on need no axiom. *)
From Checker Require Import Check.
Print Assumptions check_correct.
Print Assumptions failures_correct.
