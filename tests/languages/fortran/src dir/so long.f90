module so_long
  implicit none
contains
  subroutine farewell()
    print "(a)", "So long and thanks"
  end subroutine farewell
end module so_long
