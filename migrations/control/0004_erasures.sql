-- Who was erased, outside of the tenants' schemas: when an older copy of one is restored, these are erased again.

CREATE TABLE erasures (
    tenant text NOT NULL,
    subject text COLLATE "C" NOT NULL,
    position bigint NOT NULL,
    erased_at timestamptz NOT NULL,
    PRIMARY KEY (tenant, subject)
);
GRANT SELECT ON erasures TO {server};
