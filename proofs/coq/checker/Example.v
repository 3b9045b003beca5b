(** A certificate in the kernel, and what it says in the language of the theorems: this hard-tanh network, of one hidden
    layer of two units, fits the labels 0, 1/3, 0 at the inputs -1, 0, 1. *)
From mathcomp Require Import all_ssreflect all_algebra.
From Theorems Require Statements.
From Coq Require Import ZArith QArith.
From Checker Require Import Semantics Check Link.
Import List.ListNotations.
Open Scope Z_scope.

Definition hidden :=
  Plain (RankOne [0x2 # 0x1; 0x2 # 0x1]%list (over 0x1 [0x1]%list)) [0x1 # 0x1; -0x1 # 0x1]%list HardTanh.
Definition last := Plain (Dense [over 0x6 [0x1; -0x1]]%list) [0x0 # 0x1]%list Identity.
Definition net := [hidden; last]%list.
Definition samples := {|
  inputs := [over 0x1 [-0x1]; over 0x1 [0x0]; over 0x1 [0x1]]%list;
  labels := [over 0x1 [0x0]; over 0x3 [0x1]; over 0x1 [0x0]]%list |}.

Theorem memorized : memorizes Equal net [2; 1]%list%nat samples 3 1 1.
Proof. apply check_correct. vm_cast_no_check (eq_refl true). Qed.

Theorem fitted (F : realFieldType) : Statements.fits (@Statements.hard_tanh F) [:: 2%nat]
  (fun i : 'I_3 => column F 1 (List.nth i (inputs samples) nil)) (fun i => column F 1 (List.nth i (labels samples) nil)).
Proof. by apply: (@certificate_fits F HardTanh [:: 2%nat] samples 3 1 1 net memorized). Qed.

Print Assumptions fitted.
