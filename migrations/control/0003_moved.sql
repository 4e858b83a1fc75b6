-- Where the tenants' logs have come to, as the processes tell each other after their commits: a hint where to look, so
-- that nobody has to ask every tenant's schema. It may lag behind, or lack what a killed process committed last.

CREATE TABLE moved (
    tenant text PRIMARY KEY,
    position bigint NOT NULL
) WITH (fillfactor = 50);
GRANT SELECT, INSERT, UPDATE ON moved TO {server};
