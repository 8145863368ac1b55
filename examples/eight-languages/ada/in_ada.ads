with Interfaces.C;

package In_Ada is
   function Answer (N : Interfaces.C.int) return Interfaces.C.int
     with Export, Convention => C, External_Name => "in_ada";
end In_Ada;
