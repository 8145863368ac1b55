module greet
  use words, only: word
  implicit none
contains
  function greeting(name) result(text)
    character(*), intent(in) :: name
    character(:), allocatable :: text
    text = word // name // "!"
  end function greeting
end module greet
