(* JSON by the strict rules of FORMAT.md, "JSON", and its canonical form. *)

exception Malformed of string
exception Resource of string

type t =
  | Null
  | Bool of bool
  | Int of int
  | String of string
  | List of t list
  | Object of (string * t) list

let max_depth = 32
let largest = 1 lsl 53

(* ---- reading ---- *)

let fail position reason = raise (Malformed (Printf.sprintf "not JSON: %s at byte %d" reason position))

(* The byte at which the text is not UTF-8, if there is one. *)
let utf_8_fault text =
  let n = String.length text in
  let byte i = if i < n then Char.code text.[i] else -1 in
  let follows i = byte i land 0xC0 = 0x80 && i < n in
  let rec at i =
    if i >= n then None
    else
      let b = byte i in
      let second low high = byte (i + 1) >= low && byte (i + 1) <= high in
      let length =
        if b < 0x80 then 1
        else if b >= 0xC2 && b <= 0xDF && second 0x80 0xBF then 2
        else if b >= 0xE0 && b <= 0xEF && second (if b = 0xE0 then 0xA0 else 0x80) (if b = 0xED then 0x9F else 0xBF)
                && follows (i + 2) then 3
        else if b >= 0xF0 && b <= 0xF4 && second (if b = 0xF0 then 0x90 else 0x80) (if b = 0xF4 then 0x8F else 0xBF)
                && follows (i + 2) && follows (i + 3) then 4
        else 0
      in
      if length = 0 then Some i else at (i + length)
  in
  at 0

let hex_value c =
  match c with
  | '0' .. '9' -> Char.code c - 48
  | 'a' .. 'f' -> Char.code c - 87
  | 'A' .. 'F' -> Char.code c - 55
  | _ -> -1

let parse text =
  (match utf_8_fault text with
  | Some i -> raise (Malformed (Printf.sprintf "not UTF-8 at byte %d" i))
  | None -> ());
  let n = String.length text in
  let position = ref 0 in
  let peek () = if !position < n then text.[!position] else '\000' in
  let rec skip_space () =
    if !position < n then
      match text.[!position] with ' ' | '\t' | '\n' | '\r' -> incr position; skip_space () | _ -> ()
  in
  let expect c =
    if !position < n && peek () = c then incr position else fail !position (Printf.sprintf "expected %C" c)
  in
  let word name value =
    let length = String.length name in
    if !position + length <= n && String.sub text !position length = name then (position := !position + length; value)
    else fail !position "unknown word"
  in
  let four_digits () =
    if !position + 4 > n then fail !position "an escape is cut short";
    let value = ref 0 in
    for i = 0 to 3 do
      let digit = hex_value text.[!position + i] in
      if digit < 0 then fail !position "an escape has four hexadecimal digits";
      value := (16 * !value) + digit
    done;
    position := !position + 4;
    !value
  in
  let unicode () =
    let first = four_digits () in
    if first land 0xF800 <> 0xD800 then first
    else if first < 0xDC00 && !position + 1 < n && text.[!position] = '\\' && text.[!position + 1] = 'u' then begin
      position := !position + 2;
      let second = four_digits () in
      if second land 0xFC00 <> 0xDC00 then fail !position "a string holds a lone surrogate";
      0x10000 + ((first land 0x3FF) lsl 10) + (second land 0x3FF)
    end
    else fail !position "a string holds a lone surrogate"
  in
  let buffer = Buffer.create 256 in
  let rec rest_of_string () =
    if !position >= n then fail !position "a string is not ended";
    let c = text.[!position] in
    incr position;
    if c = '"' then Buffer.contents buffer
    else if c < ' ' then fail !position "a control character in a string"
    else begin
      if c <> '\\' then Buffer.add_char buffer c
      else begin
        let escape = peek () in
        incr position;
        match escape with
        | '"' | '\\' | '/' -> Buffer.add_char buffer escape
        | 'b' -> Buffer.add_char buffer '\b'
        | 'f' -> Buffer.add_char buffer '\012'
        | 'n' -> Buffer.add_char buffer '\n'
        | 'r' -> Buffer.add_char buffer '\r'
        | 't' -> Buffer.add_char buffer '\t'
        | 'u' -> Buffer.add_utf_8_uchar buffer (Uchar.of_int (unicode ()))
        | _ -> fail !position "unknown escape"
      end;
      rest_of_string ()
    end
  in
  let string () = expect '"'; Buffer.clear buffer; rest_of_string () in
  let number () =
    let start = !position in
    let rec over () =
      match peek () with '0' .. '9' | '-' | '+' | '.' | 'e' | 'E' -> incr position; over () | _ -> ()
    in
    over ();
    let literal = String.sub text start (!position - start) in
    let negative = literal <> "" && literal.[0] = '-' in
    let digits = if negative then String.sub literal 1 (String.length literal - 1) else literal in
    let plain = digits <> "" && String.for_all (fun c -> c >= '0' && c <= '9') digits in
    let canonical = literal = "0" || (plain && digits.[0] <> '0' && String.length digits <= 16) in
    if not (canonical && int_of_string digits < largest) then
      fail start "numbers are integers below 2^53 in plain notation, rationals are strings";
    int_of_string literal
  in
  let rec value depth =
    skip_space ();
    match peek () with
    | '{' | '[' when depth = max_depth -> raise (Resource (Printf.sprintf "nested deeper than %d" max_depth))
    | '{' -> incr position; members depth
    | '[' -> incr position; items depth
    | '"' -> String (string ())
    | 't' -> word "true" (Bool true)
    | 'f' -> word "false" (Bool false)
    | 'n' -> word "null" Null
    | '-' | '0' .. '9' -> Int (number ())
    | _ -> fail !position "expected a value"
  and items depth =
    skip_space ();
    if peek () = ']' then (incr position; List [])
    else
      let rec more found =
        let found = value (depth + 1) :: found in
        skip_space ();
        if peek () = ',' then (incr position; more found) else (expect ']'; List (List.rev found))
      in
      more []
  and members depth =
    let seen = Hashtbl.create 8 in
    let member () =
      skip_space ();
      let key = string () in
      if Hashtbl.mem seen key then fail !position "a key stands twice in an object";
      Hashtbl.add seen key ();
      skip_space ();
      expect ':';
      (key, value (depth + 1))
    in
    skip_space ();
    if peek () = '}' then (incr position; Object [])
    else
      let rec more found =
        let found = member () :: found in
        skip_space ();
        if peek () = ',' then (incr position; more found) else (expect '}'; Object (List.rev found))
      in
      more []
  in
  let document = value 0 in
  skip_space ();
  if !position < n then fail !position "text after the document";
  document

(* ---- writing ---- *)

let add_string buffer s =
  Buffer.add_char buffer '"';
  String.iter
    (fun c ->
      match c with
      | '"' -> Buffer.add_string buffer "\\\""
      | '\\' -> Buffer.add_string buffer "\\\\"
      | '\b' -> Buffer.add_string buffer "\\b"
      | '\012' -> Buffer.add_string buffer "\\f"
      | '\n' -> Buffer.add_string buffer "\\n"
      | '\r' -> Buffer.add_string buffer "\\r"
      | '\t' -> Buffer.add_string buffer "\\t"
      | c when c < ' ' -> Buffer.add_string buffer (Printf.sprintf "\\u%04x" (Char.code c))
      | c -> Buffer.add_char buffer c)
    s;
  Buffer.add_char buffer '"'

let canonical json =
  let buffer = Buffer.create 65536 in
  let separated add list = List.iteri (fun i item -> if i > 0 then Buffer.add_char buffer ','; add item) list in
  let rec add = function
    | Null -> Buffer.add_string buffer "null"
    | Bool b -> Buffer.add_string buffer (string_of_bool b)
    | Int i -> Buffer.add_string buffer (string_of_int i)
    | String s -> add_string buffer s
    | List list -> Buffer.add_char buffer '['; separated add list; Buffer.add_char buffer ']'
    | Object members ->
        (* the order of UTF-8 bytes is that of code points *)
        let sorted = List.sort (fun (a, _) (b, _) -> String.compare a b) members in
        Buffer.add_char buffer '{';
        separated (fun (key, value) -> add_string buffer key; Buffer.add_char buffer ':'; add value) sorted;
        Buffer.add_char buffer '}'
  in
  add json;
  Buffer.contents buffer
