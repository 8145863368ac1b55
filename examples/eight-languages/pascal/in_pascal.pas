library in_pascal_library;

uses sysutils;

function in_pascal(n: longint): longint; cdecl;
begin
  result := 0;
  try
    raise exception.create(inttostr(n) + '1');
  except
    on error: exception do result := strtoint(error.message);
  end;
end;

exports
  in_pascal;

end.
