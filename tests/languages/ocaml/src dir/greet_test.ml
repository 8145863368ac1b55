let () =
  if Greet.greeting "Ada" = Greet.greeting "" then failwith "the name is missing";
  print_endline "ok 1 - the name is there";
  if String.length (Greet.greeting "") < 3 then failwith "nobody is greeted, too";
  print_endline "ok 2 - nobody is greeted, too"
