let () = print_endline y
