module in_fortran_module
  use iso_c_binding, only: c_int
  implicit none
contains
  function in_fortran(n) result(answer) bind(c, name="in_fortran")
    integer(c_int), value :: n
    integer(c_int) :: answer
    character(12) :: text
    write (text, "(i0)") n * 100
    read (text, *) answer
  end function in_fortran
end module in_fortran_module
