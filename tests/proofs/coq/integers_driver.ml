(* Lines "operation a b" on standard input; the values of Integers on standard output. *)

let apply operation a b =
  let open Integers in
  let some_bool condition = if condition then one else zero in
  match operation with
  | "add" -> add a b
  | "sub" -> sub a b
  | "mul" -> mul a b
  | "div" -> div a b
  | "gcd" -> gcd a b
  | "lcm" -> lcm a b
  | "min" -> min a b
  | "max" -> max a b
  | "neg" -> neg a
  | "abs" -> abs a
  | "log2" -> log2 a
  | "shiftr" -> shiftr a b
  | "to_positive" -> to_positive a
  | "equal" -> some_bool (equal a b)
  | "leb" -> some_bool (leb a b)
  | "ltb" -> some_bool (ltb a b)
  | "odd" -> odd a
  | "even" -> even a
  | "sign" -> match_integer (fun () -> zero) positive negative a
  | "bits" -> match_positive (fun half -> add (even half) one) (fun half -> even half) (fun () -> one) a
  | _ -> failwith operation

let () =
  try
    while true do
      Scanf.sscanf (read_line ()) "%s %s %s" (fun operation a b ->
          print_endline (Z.to_string (apply operation (Z.of_string a) (Z.of_string b))))
    done
  with End_of_file -> ()
