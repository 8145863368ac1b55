program implicit
  implicit none
  integer :: x
  x = y
  print *, x
end program implicit
