procedure Name is
begin
   Nowhere;
end Name;
