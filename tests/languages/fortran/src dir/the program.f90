program the_program
  use greet
  implicit none
  print "(a)", greeting("world")
end program the_program
