unit so_long;

interface

const
  farewell = 'So long and thanks';

implementation

end.
