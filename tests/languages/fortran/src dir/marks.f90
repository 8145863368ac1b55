module marks
  implicit none
  character(*), parameter :: mark = "!"
end module marks
