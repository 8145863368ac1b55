program caller_test;

{$linklib c}

function in_cpp(n: longint): longint; cdecl; external;
function in_so(n: longint): longint; cdecl; external;

begin
  if in_cpp(0) <> 10 then halt(1);
  writeln('ok 1 - C++, which uses C, and catches an exception');
  if in_so(2) <> 20 then halt(1);
  writeln('ok 2 - a shared library');
end.
