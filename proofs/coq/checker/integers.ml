(* Coq's integers by zarith. Products, quotients and divisors are charged to a limit before they are computed. *)

type t = Z.t

exception Exhausted

let limit = 100_000_000_000
let left = ref limit

let charge units =
  left := !left - units;
  if !left < 0 then raise Exhausted

(* Products of 64-bit digits, and what an operation costs whatever its size. *)
let charge_product a b = charge (8 + (Z.size a * Z.size b))
let charge_both a b = charge (8 + Z.size a + Z.size b)

let zero = Z.zero
let one = Z.one
let positive p = p
let negative p = Z.neg p
let even p = Z.shift_left p 1
let odd p = Z.succ (Z.shift_left p 1)

let match_positive on_odd on_even on_one p =
  if Z.equal p Z.one then on_one ()
  else if Z.is_odd p then on_odd (Z.shift_right p 1)
  else on_even (Z.shift_right p 1)

let match_integer on_zero on_positive on_negative n =
  let sign = Z.sign n in
  if sign = 0 then on_zero () else if sign > 0 then on_positive n else on_negative (Z.neg n)

let add a b = charge_both a b; Z.add a b
let sub a b = charge_both a b; Z.sub a b
let mul a b = charge_product a b; Z.mul a b
let div a b = charge_product a b; if Z.sign b = 0 then Z.zero else Z.fdiv a b
let gcd a b = charge_product a b; Z.gcd a b
let lcm a b = charge_product a b; Z.abs (Z.lcm a b)
let neg = Z.neg
let abs = Z.abs
let min = Z.min
let max = Z.max
let equal = Z.equal
let leb = Z.leq
let ltb = Z.lt
let log2 n = if Z.sign n <= 0 then Z.zero else Z.of_int (Z.numbits n - 1)
let to_positive n = Z.max Z.one n

let shiftr n e =
  let e = Z.to_int e in
  if e >= 0 then Z.shift_right n e else Z.shift_left n (-e)

let nat_leb (a : int) (b : int) = a <= b
let nat_ltb (a : int) (b : int) = a < b
