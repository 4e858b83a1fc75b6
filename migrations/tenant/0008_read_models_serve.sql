-- The newest version of the program that the live tables of a read model have the columns for; null: their own version.
-- Such a program keeps them fresh while it builds its own, beside those of their version.
ALTER TABLE subscriptions ADD COLUMN serves integer;
