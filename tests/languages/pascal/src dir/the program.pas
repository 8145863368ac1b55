program the_program;

uses greet;

begin
  writeln(greeting('world'));
end.
