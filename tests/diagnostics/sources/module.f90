program module_user
  use nowhere
  implicit none
  print *, somewhere
end program module_user
