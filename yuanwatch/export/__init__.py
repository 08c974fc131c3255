"""Stories -> texts in forms that other programs read. Pure: no file, no database, no clock."""
