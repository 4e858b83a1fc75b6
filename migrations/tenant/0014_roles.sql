-- Whoever is invited gets a role, where there were admins and others only.
ALTER TABLE invitations ADD COLUMN role text NOT NULL DEFAULT 'agent';
UPDATE invitations SET role = 'owner' WHERE admin;
-- Written by programs of the version before.
ALTER TABLE invitations ALTER COLUMN admin SET DEFAULT false;
