program greet_test;

uses greet;

begin
  if pos('Ada', greeting('Ada')) = 0 then halt(1);
  writeln('ok 1 - the name is there');
  if length(greeting('')) < 3 then halt(1);
  writeln('ok 2 - nobody is greeted, too');
end.
