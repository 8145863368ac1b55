module areas
  implicit none
contains
  integer function area(side)
    integer, intent(in) :: side
    area = side * sides
  end function area
end module areas
