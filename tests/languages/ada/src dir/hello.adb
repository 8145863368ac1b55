with Ada.Text_IO;
with Greet;

procedure Hello is
begin
   Ada.Text_IO.Put_Line (Greet.Greeting ("world"));
end Hello;
