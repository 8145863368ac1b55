program name;
begin
  x := 1;
end.
