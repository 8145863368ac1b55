program test
  use areas
  implicit none
  print '(a)', '1..1'
  if (area(4) == 16) then
    print '(a)', 'ok 1 - four'
  else
    print '(a)', 'not ok 1 - four'
    error stop 1
  end if
end program test
