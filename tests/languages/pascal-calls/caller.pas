program caller;

{$linklib c}

function in_cpp(n: longint): longint; cdecl; external;
function in_so(n: longint): longint; cdecl; external;

begin
  writeln(in_cpp(3), ' ', in_so(3));
end.
