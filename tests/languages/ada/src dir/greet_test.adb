with Ada.Strings.Fixed;
with Ada.Text_IO;
with Greet;

procedure Greet_Test is
begin
   if Ada.Strings.Fixed.Index (Greet.Greeting ("Ada"), "Ada") = 0 then
      raise Program_Error with "the name is missing";
   end if;
   Ada.Text_IO.Put_Line ("ok 1 - the name is there");
   if Greet.Greeting ("")'Length < 3 then
      raise Program_Error with "nobody is greeted, too";
   end if;
   Ada.Text_IO.Put_Line ("ok 2 - nobody is greeted, too");
end Greet_Test;
