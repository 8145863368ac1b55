let greeting name = "Hello, " ^ name ^ "!"
