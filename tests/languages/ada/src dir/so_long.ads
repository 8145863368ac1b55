package So_Long is
   Farewell : constant String := "So long and thanks";
end So_Long;
