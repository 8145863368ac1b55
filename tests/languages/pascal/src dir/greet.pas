unit greet;

interface

function greeting(const name: string): string;

implementation

function greeting(const name: string): string;
begin
  result := 'Hello, ' + name + '!';
end;

end.
