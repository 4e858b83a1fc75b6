-- The number of the last migration of each tenant's schema, as the program that ran it noted: a start asks once which are
-- behind, however many tenants there are.
ALTER TABLE tenants ADD COLUMN migrated integer NOT NULL DEFAULT 0;
