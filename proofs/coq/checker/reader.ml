(* Certificates of kind memorization, by the rules of FORMAT.md, read into the objects of Semantics.v. *)

open Json

type question = {
  decision : Verified.decision;
  name : string;
  architecture : string;
  network : Verified.network;
  units : int list;
  widths : int list;
  data : Verified.dataset;
  samples : int;
  d_x : int;
  d_y : int;
  digest : string; (* of the dataset *)
}

let max_digits = 100_000
let max_cells = 50_000_000
let declined = [ "needs-units"; "piece-bound"; "sgd-constants"; "output-range"; "gradient-rate"; "existence-box" ]

(* ---- a value and its place in the document ---- *)

type node = { value : t; place : string Lazy.t }

let malformed node reason =
  let place = Lazy.force node.place in
  raise (Malformed (if place = "" then reason else place ^ ": " ^ reason))

let expect node condition reason = if not condition then malformed node reason

let member node key =
  let place = lazy (match Lazy.force node.place with "" -> key | place -> place ^ "." ^ key) in
  let found = match node.value with Object members -> List.assoc_opt key members | _ -> None in
  { value = Option.value found ~default:Null; place }

(* An object with exactly these keys. *)
let expect_keys node keys =
  match node.value with
  | Object members ->
      List.iter (fun key -> expect node (List.mem_assoc key members) ("missing key " ^ key)) keys;
      List.iter (fun (key, _) -> expect node (List.mem key keys) (Printf.sprintf "unknown key %S" key)) members
  | _ -> malformed node "expected an object"

let items_or_none node =
  match node.value with
  | List list ->
      let place i = lazy (Printf.sprintf "%s[%d]" (Lazy.force node.place) i) in
      List.mapi (fun i value -> { value; place = place i }) list
  | _ -> malformed node "expected a list"

let items ?length node =
  let list = items_or_none node in
  expect node (list <> []) "expected a list with at least one item";
  (match length with
  | Some length ->
      expect node (List.compare_length_with list length = 0)
        (Printf.sprintf "expected %d items, found %d" length (List.length list))
  | None -> ());
  list

let text node = match node.value with String s -> s | _ -> malformed node "expected a string"

let index node bound =
  match node.value with
  | Int i when i >= 0 && i < bound -> i
  | _ -> malformed node (Printf.sprintf "expected an integer from 0 to %d" (bound - 1))

let same node expected =
  expect node (node.value = expected) ("expected " ^ canonical expected ^ " from the dataset and network")

(* ---- rationals ---- *)

let is_natural s = s <> "" && String.for_all (fun c -> c >= '0' && c <= '9') s && (s.[0] <> '0' || s = "0")

let number digits =
  if String.length digits > max_digits then
    raise (Resource (Printf.sprintf "a number has more than %d digits" max_digits));
  Z.of_string digits

let rational node =
  let s = text node in
  let expect condition = expect node condition "expected a rational such as '-3' or '7/12' in lowest terms" in
  let above, below =
    match String.index_opt s '/' with
    | None -> (s, None)
    | Some i -> (String.sub s 0 i, Some (String.sub s (i + 1) (String.length s - i - 1)))
  in
  let negative = above <> "" && above.[0] = '-' in
  let digits = if negative then String.sub above 1 (String.length above - 1) else above in
  expect (is_natural digits && not (negative && digits = "0"));
  Option.iter (fun digits -> expect (is_natural digits && digits <> "0")) below;
  let n = number digits in
  let d = match below with None -> Z.one | Some digits -> number digits in
  if below <> None then expect (Z.gt d Z.one && Z.equal (Z.gcd n d) Z.one);
  { Verified.qnum = (if negative then Z.neg n else n); qden = d }

let vector ?length node = List.map rational (items ?length node)
let is_number (q : Verified.q) n = Z.equal q.qden Z.one && Z.equal q.qnum (Z.of_int n)

(* ---- networks ---- *)

let compare_q (a : Verified.q) (b : Verified.q) = Z.compare (Z.mul a.qnum b.qden) (Z.mul b.qnum a.qden)

let activation node =
  let kind = text (member node "kind") in
  expect_keys node (if kind = "relu-like" then [ "kind"; "s_plus"; "s_minus" ] else [ "kind" ]);
  match kind with
  | "identity" -> Verified.Identity
  | "hard-tanh" -> Verified.HardTanh
  | "threshold" -> Verified.Threshold
  | "square" -> Verified.Square
  | "abs" -> Verified.Abs
  | "relu-like" ->
      let plus = rational (member node "s_plus") and minus = rational (member node "s_minus") in
      expect node (compare_q plus minus > 0 && Z.sign minus.qnum >= 0) "expected s_plus > s_minus >= 0";
      Verified.ReluLike (plus, minus)
  | _ -> malformed node "unknown activation"

(* The rows of a sparse matrix from its entries in row-major order. *)
let sparse node rows columns =
  let shape = member node "shape" and entries = member node "entries" in
  expect_keys node [ "shape"; "entries" ];
  expect shape
    (shape.value = List [ Int rows; Int columns ])
    (Printf.sprintf "expected [%d, %d], which fits the layer" rows columns);
  if columns > 0 && rows > max_cells / columns then
    raise (Resource (Printf.sprintf "a sparse matrix has more than %d cells" max_cells));
  let table = Array.make rows [] in
  let last = ref (-1, -1) in
  List.iter
    (fun entry ->
      match items ~length:3 entry with
      | [ i; j; v ] ->
          let i = index i rows and j = index j columns and q = rational v in
          expect v (Z.sign q.qnum <> 0) "a listed entry is zero";
          expect entry (!last < (i, j)) "entries are not strictly increasing in row-major order";
          last := (i, j);
          table.(i) <- (j, q) :: table.(i)
      | _ -> malformed entry "expected a row, a column and a value")
    (items_or_none entries);
  Verified.Sparse (columns, Array.to_list (Array.map List.rev table))

let matrix node rows columns =
  match node.value with
  | List _ -> Verified.Dense (List.map (vector ~length:columns) (items ~length:rows node))
  | Object members when List.mem_assoc "column" members ->
      expect_keys node [ "column"; "row" ];
      Verified.RankOne (vector ~length:rows (member node "column"), vector ~length:columns (member node "row"))
  | _ -> sparse node rows columns

(* A layer, its units, its outputs and its number of weights and biases. *)
let plain_layer node inputs last =
  expect_keys node [ "weight"; "bias"; "activation" ];
  let b = vector (member node "bias") in
  let units = List.length b in
  let kind = member node "activation" in
  let a = activation kind in
  expect kind ((not last) || a = Verified.Identity) "the last layer's activation is not the identity";
  (Verified.Plain (matrix (member node "weight") units inputs, b, a), units, units, units * (inputs + 1))

let residual_layer node inputs last =
  expect_keys node [ "U"; "b"; "V"; "c"; "activation"; "skip" ];
  let b = vector (member node "b") in
  let units = List.length b in
  let skip = member node "skip" in
  let skips = match skip.value with Bool skips -> skips | _ -> malformed skip "expected true or false" in
  expect skip (skips || last) "only the last layer may have no skip connection";
  let c = vector ?length:(if skips then Some inputs else None) (member node "c") in
  let outputs = List.length c in
  let u = matrix (member node "U") units inputs and v = matrix (member node "V") outputs units in
  let edges = (units * (inputs + 1)) + (outputs * (units + 1)) in
  (Verified.Residual (u, b, activation (member node "activation"), v, c, skips), units, outputs, edges)

let rec layers read inputs = function
  | [] -> ([], [], inputs, 0)
  | node :: others ->
      let layer, units, outputs, edges = read node inputs (others = []) in
      let above, widths, last, more = layers read outputs others in
      (layer :: above, units :: widths, last, edges + more)

(* ---- the document ---- *)

let without_last list = List.filteri (fun i _ -> i < List.length list - 1) list

let check_label name d_y node label =
  match name with
  | "argmax" ->
      let ones = List.length (List.filter (fun q -> is_number q 1) label) in
      let zeros = List.length (List.filter (fun q -> is_number q 0) label) in
      expect node (d_y > 1 && ones = 1 && zeros = d_y - 1) "argmax needs one-hot labels of at least two coordinates"
  | "sign" ->
      let one = match label with [ q ] -> is_number q 1 || is_number q (-1) | _ -> false in
      expect node one "sign needs labels '1' or '-1'"
  | _ -> ()

let table node =
  let rows = items node in
  let length = List.length (items (List.hd rows)) in
  (List.map (vector ~length) rows, length)

let read_decision node =
  match text node with
  | "equal" -> Verified.Equal
  | "argmax" -> Verified.Argmax
  | "sign" -> Verified.Sign
  | _ -> malformed node "unknown decision"

let digest_of node = Sha256.to_hex (Sha256.string (canonical node.value))

let read_question root claim =
  expect_keys claim [ "kind"; "decision"; "source"; "sizes" ];
  let decision = read_decision (member claim "decision") and name = text (member claim "decision") in
  ignore (text (member claim "source"));
  let dataset = member root "dataset" and network = member root "network" in
  expect_keys dataset [ "inputs"; "labels" ];
  let label_nodes = member dataset "labels" in
  let inputs, d_x = table (member dataset "inputs") in
  let labels, d_y = table label_nodes in
  let samples = List.length inputs in
  expect label_nodes (List.length labels = samples)
    (Printf.sprintf "%d labels for %d inputs" (List.length labels) samples);
  List.iter2 (check_label name d_y) (items label_nodes) labels;
  expect_keys network [ "architecture"; "layers" ];
  let architecture = text (member network "architecture") in
  let read =
    match architecture with
    | "fnn" -> plain_layer
    | "resnet" -> residual_layer
    | _ -> malformed (member network "architecture") "unknown architecture"
  in
  let layers, units, outputs, edges = layers read d_x (items (member network "layers")) in
  expect (member network "layers") (outputs = d_y)
    (Printf.sprintf "%d outputs, but the labels have %d coordinates" outputs d_y);
  let widths = if architecture = "fnn" then without_last units else units in
  let sizes = member claim "sizes" in
  let digest = digest_of dataset in
  let hidden = List.fold_left ( + ) 0 widths in
  let expected =
    [ ("N", Int samples); ("d_x", Int d_x); ("d_y", Int d_y); ("widths", List (List.map (fun w -> Int w) widths));
      ("hidden_nodes", Int hidden); ("edges", Int edges) ]
  in
  expect_keys sizes (List.map fst expected);
  List.iter (fun (key, size) -> same (member sizes key) size) expected;
  { decision; name; architecture; network = layers; units; widths; data = { Verified.inputs; labels }; samples; d_x; d_y; digest }

let read bytes =
  let root = { value = parse bytes; place = lazy "" } in
  (match root.value with Object _ -> () | _ -> malformed root "expected an object");
  let format = member root "format" and version = member root "version" and claim = member root "claim" in
  expect format (format.value = String "exactmem-certificate") "expected 'exactmem-certificate'";
  expect version (version.value = Int 1) "expected version 1";
  (match text (member claim "kind") with
  | "memorization" -> ()
  | kind when List.mem kind declined -> raise (Resource ("claims of kind " ^ kind ^ " are declined: memorization only"))
  | _ -> malformed (member claim "kind") "unknown kind");
  expect_keys root [ "format"; "version"; "claim"; "dataset"; "network"; "digests"; "provenance" ];
  let provenance = member root "provenance" in
  expect_keys provenance [ "tool"; "construction"; "parameters" ];
  ignore (text (member provenance "tool"));
  ignore (text (member provenance "construction"));
  let parameters = member provenance "parameters" in
  (match parameters.value with Object _ -> () | _ -> malformed parameters "expected an object");
  let question = read_question root claim in
  let digests = member root "digests" and sections = [ "claim"; "dataset"; "network" ] in
  expect_keys digests sections;
  List.iter
    (fun section ->
      let digest = member digests section in
      expect digest (digest.value = String (digest_of (member root section))) "does not match the section's content")
    sections;
  question
