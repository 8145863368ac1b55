module greet
  use marks, only: mark
  implicit none
contains
  function greeting(name) result(text)
    character(*), intent(in) :: name
    character(:), allocatable :: text
    text = "Hello, " // name // mark
  end function greeting
end module greet
