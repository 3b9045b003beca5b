(* exactmem-verified FILE...: one line per file, the verdict first; the exit code is the worst one. *)

let max_bytes = 1 lsl 28
let answer = {|{"format":"exactmem-answer"|}

let read_file path =
  try
    let channel = open_in_bin path in
    Fun.protect ~finally:(fun () -> close_in_noerr channel) (fun () ->
        let buffer = Buffer.create 65536 and chunk = Bytes.create 65536 in
        let rec more () =
          let count = input channel chunk 0 (Bytes.length chunk) in
          Buffer.add_subbytes buffer chunk 0 count;
          if count > 0 && Buffer.length buffer <= max_bytes then more ()
        in
        more ();
        Buffer.contents buffer)
  with Sys_error reason -> raise (Json.Malformed ("cannot be read: " ^ String.escaped reason))

(* What is proved is that this list is empty exactly if the network memorizes the samples, where the shapes fit. *)
let decide (q : Reader.question) =
  if not (Verified.well_formed q.network q.units q.data q.samples q.d_x q.d_y) then
    raise (Json.Malformed "the shapes do not fit")
  else
    match Verified.failures q.decision q.network q.data with
    | [] ->
        let widths = String.concat ", " (List.map string_of_int q.widths) in
        let summary = Printf.sprintf "memorization (%s) by %s, N = %d, widths [%s], dataset %s" in
        (0, "VERIFIED", summary q.name q.architecture q.samples widths q.digest)
    | first :: others ->
        let least = List.fold_left min first others in
        (1, "REFUTED", Printf.sprintf "sample %d is not decided as its label says" least)

let examine path =
  Integers.left := Integers.limit;
  try
    let bytes = read_file path in
    if String.length bytes > max_bytes then (3, "RESOURCE", Printf.sprintf "more than %d bytes" max_bytes)
    else if String.starts_with ~prefix:answer bytes then
      (3, "RESOURCE", "answers of format version 2 are declined: version 1 only")
    else decide (Reader.read bytes)
  with
  | Json.Malformed reason -> (2, "MALFORMED", reason)
  | Json.Resource reason -> (3, "RESOURCE", reason)
  | Integers.Exhausted -> (3, "RESOURCE", Printf.sprintf "more arithmetic than %d operations" Integers.limit)
  | Out_of_memory | Stack_overflow -> (3, "RESOURCE", "out of memory or stack")
  | error -> (3, "RESOURCE", "no verdict: internal error, " ^ String.escaped (Printexc.to_string error))

let () =
  match List.tl (Array.to_list Sys.argv) with
  | [] | "--help" :: _ ->
      prerr_endline "usage: exactmem-verified CERT.json...\nexample: exactmem-verified iris.json";
      exit (if Array.length Sys.argv > 1 then 0 else 2)
  | paths ->
      let verdict worst path =
        let code, word, detail = examine path in
        Printf.printf "%s %s: %s\n%!" word (String.escaped path) detail;
        max worst code
      in
      exit (List.fold_left verdict 0 paths)
