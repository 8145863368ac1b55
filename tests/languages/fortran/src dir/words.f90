module words
  implicit none
  character(*), parameter :: word = "Hello, "
end module words
