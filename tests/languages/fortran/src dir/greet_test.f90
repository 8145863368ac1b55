program greet_test
  use greet
  implicit none
  if (index(greeting("Ada"), "Ada") == 0) error stop "the name is missing"
  print "(a)", "ok 1 - the name is there"
  if (len(greeting("")) < 3) error stop "nobody is greeted, too"
  print "(a)", "ok 2 - nobody is greeted, too"
end program greet_test
