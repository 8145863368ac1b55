export const farewell = () => "So long and thanks";
