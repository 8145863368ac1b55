package body In_Ada is
   use type Interfaces.C.int;

   function Answer (N : Interfaces.C.int) return Interfaces.C.int is
      Limit : constant Interfaces.C.int := 10;
   begin
      if N < Limit then
         raise Constraint_Error;
      end if;
      return 0;
   exception
      when Constraint_Error =>
         return Limit - N;
   end Answer;
end In_Ada;
